import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { wokenBySignal } from './woken.ts'

/** Something that is sent to a job: a signal, an answer, the end of a child job. */
export type NewSignal = {
  readonly tenant: string
  readonly id: string
  readonly kind: 'signal' | 'answer' | 'child'
  /** What the job waits for by: the signal's name, a step's path, a child's id. */
  readonly name: string
  /** JSON text. */
  readonly body: string
  /** Who did it, for the audit log; left out: the service itself. */
  readonly actor?: string | null
  /** The client's key, and the hash of what it stands for: with a key that was used nothing is sent. */
  readonly idempotency?: { readonly key: string; readonly hash: Buffer } | null
}

/** What became of it. `pending`: kept and not taken yet, this one included. */
export type SentSignal =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'over' | 'too-many' | 'key-taken'; readonly pending: number }
  | { readonly kind: 'sent'; readonly number: number; readonly pending: number; readonly held: boolean }

/**
 * Keeps a signal until a step takes it, and wakes the job where it waits. The job's row is locked first and counts its
 * signals: a run that is suspended meanwhile looks there, under the same lock, so a signal that comes between its look and
 * its suspension is not lost. Plan: by primary keys. Locks: the one job row.
 */
const SEND = statement({
  name: 'send-signal',
  text: `
with found as materialized (
  select id, tenant, finished_at is not null as over, holder is not null as held, state, signals + 1 as number,
         signals - signals_taken + 1 as pending, nonce
  from job where id = $1 and tenant = $2
  for no key update
), key as (
  insert into idempotency_key as i (key, tenant, body_hash, job_id, nonce)
  select $9::text, tenant, $10::bytea, id, nonce from found where $9 is not null and not over and pending <= $6::int
  on conflict (key, tenant) do update
    set body_hash = excluded.body_hash, job_id = excluded.job_id, nonce = excluded.nonce, created_at = excluded.created_at
    where i.created_at < clock_timestamp() - interval '24 hours'
  returning 1
), kept as (
  insert into signal (job_id, tenant, number, kind, name, body)
  select id, tenant, number, $3, $4, $5::json from found
  where not over and pending <= $6::int and ($9 is null or exists (select from key))
  returning number
), moved as (
  update job set
    signals = f.number, ${wokenBySignal('f')}
  from found f, kept
  where job.id = f.id and job.tenant = f.tenant
), told as (
  insert into audit (tenant, id, action, actor, subject, details)
  select f.tenant, $7, 'job.signalled', $8::text, f.id, json_build_object('name', $4::text) from found f, kept where $8 is not null
)
select f.over, f.held, f.number, f.pending, f.pending > $6::int as full, exists (select from kept) as kept from found f`,
})

type SentRow = { over: boolean; held: boolean; number: number; pending: number; full: boolean; kept: boolean }

/** @param most signals that one job may have pending */
export async function sendSignal(database: Database, signal: NewSignal, most: number): Promise<SentSignal> {
  const { id, tenant, kind, name, body, actor = null, idempotency = null } = signal
  const values = [
    id,
    tenant,
    kind,
    name,
    body,
    most,
    randomUUIDv7(),
    actor,
    idempotency?.key ?? null,
    idempotency?.hash ?? null,
  ]
  const [row] = await database.query<SentRow>(SEND, values)
  if (row === undefined) return { kind: 'not-found' }
  if (!row.kept) {
    const why = row.over ? 'over' : row.full ? 'too-many' : 'key-taken'
    return { kind: why, pending: row.pending - 1 }
  }
  return { kind: 'sent', number: row.number, pending: row.pending, held: row.held }
}

/** A signal that no step has taken yet. */
export type PendingSignal = {
  readonly number: number
  readonly kind: NewSignal['kind']
  readonly name: string
  readonly body: string
}

/** A range of the primary key. */
const PENDING = statement({
  name: 'pending-signals',
  text: `
select number, kind, name, body from signal
where job_id = $1 and tenant = $2 and number > $3::int order by number`,
})

/** By primary key. Locks: the job's row, for as long as others that lock it take. */
const COUNT = statement({
  name: 'count-signals',
  text: 'select signals from job where id = $1 and tenant = $2 for no key update',
})

/** How many signals were sent to a job so far, those included that are just being committed. */
export async function countSignals(
  database: Database,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): Promise<number> {
  const [row] = await database.query<{ signals: number }>(COUNT, [id, tenant])
  return row?.signals ?? 0
}

/** What was sent to a job and is still to be taken, in order. @param after those that are known already */
export function readSignals(
  database: Database,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  after = 0,
): Promise<PendingSignal[]> {
  return database.query<PendingSignal>(PENDING, [id, tenant, after])
}
