import type { Database } from '../client.ts'
import type { GivenColumn } from '../givenRows.ts'
import { statement } from '../statement.ts'
import type { Acceptance } from './newJob.ts'
import type { GivenJob } from './newJobColumns.ts'

/** The idempotency key of a job, and what it stands for. */
export const KEY_COLUMNS: readonly GivenColumn<GivenJob>[] = [
  ['key', 'text', ({ job }) => job.idempotency?.key ?? null],
  ['hash', 'bytea', ({ job }) => job.idempotency?.hash ?? null],
]

/**
 * The CTEs that take the keys of the jobs in `given`, which has their ordinals too. `free`: those whose job's id is not
 * taken yet, of several with one key the first. `k`: those that were taken; a key older than 24 hours is taken over in place.
 *
 * Plan: look-ups by primary key, one a job with a key. Locks: keys are inserted in order, so concurrent groups wait for
 * each other and never in a circle.
 */
export const TAKE_KEYS = `
free as (
  select distinct on (g.key, g.tenant) g.* from given g
  where g.key is not null and not exists (select from job j where j.id = g.id and j.tenant = g.tenant)
  order by g.key, g.tenant, g.ord
), k as (
  insert into idempotency_key as i (key, tenant, body_hash, job_id, nonce)
  select key, tenant, hash, id, nonce from free order by key, tenant
  on conflict (key, tenant) do update
    set body_hash = excluded.body_hash, job_id = excluded.job_id, nonce = excluded.nonce, created_at = excluded.created_at
    where i.created_at < clock_timestamp() - interval '24 hours'
  returning key, tenant, nonce
)`

/** Joins a job `g` with the key that was taken for it. */
export const OWN_KEY = 'left join k on k.key = g.key and k.tenant = g.tenant and k.nonce = g.nonce'

/** Whether nothing keeps that job from being made. */
export const MAY_BE_MADE = '(g.key is null or k.key is not null)'

/** What tells why it was not made: `took_key` and `was_free`. Of `given g` with `OWN_KEY` and `OWN_FREE`. */
export const KEY_ANSWER = 'k.key is not null as took_key, f.key is not null as was_free'

/** Joins a job `g` with what tells that its id was free. */
export const OWN_FREE = 'left join free f on f.ord = g.ord'

/** A row of such an answer. */
export type KeyAnswer = { readonly took_key: boolean; readonly was_free: boolean }

/** Gives a key back that was taken for a job whose id turned out to be taken. By primary key; one row. */
const FREE_KEY = statement({
  name: 'free-key',
  text: 'delete from idempotency_key where key = $1 and tenant = $2 and nonce = $3',
})

/**
 * Why a job was not made. A job whose id exists takes no key: `free` looks before, and this clears up in the one case
 * where the other job was committed between that look and the insert.
 */
export async function readRefusal(
  database: Database,
  { job }: GivenJob,
  answer: KeyAnswer | undefined,
): Promise<Acceptance> {
  if (job.idempotency === null) return { kind: 'id-taken' }
  if (answer === undefined) throw new TypeError('a statement that takes keys answers for each job')
  if (!answer.was_free || !answer.took_key) return { kind: 'key-taken' }
  await database.query(FREE_KEY, [job.idempotency.key, job.tenant, job.nonce])
  return { kind: 'id-taken' }
}
