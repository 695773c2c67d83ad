import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** One key of one operation of a tenant. */
export type RequestKey = { readonly tenant: string; readonly operation: string; readonly key: string }

/** What a key stands for: the hash of its request, and the answer as JSON text, once there is one. */
export type TakenKey = { readonly hash: Buffer; readonly answer: string | null }

/** A key that is taken by the statement that does what its request asks for: both or neither. */
export type KeyClaim = RequestKey & {
  readonly hash: Buffer
  /** What a repeat is answered from; left out: the statement knows it by itself. */
  readonly answer?: unknown
}

/** A claim as a parameter of a statement; null: the request has no key. */
export function claimParameter(claim: KeyClaim | null): string | null {
  if (claim === null) return null
  const { tenant, operation, key, hash, answer = null } = claim
  return JSON.stringify({ tenant, operation, key, hash: hash.toString('hex'), answer })
}

/**
 * The part `key` of a statement: takes the key that a parameter claims, where it is free. Plan: by primary key. Locks: that
 * row alone; who comes second waits for the first, and gets none.
 *
 * @param parameter `$7`
 * @param source the part without whose rows there is nothing to be done, so that the key stays free
 * @param answer SQL for what a repeat is answered from, where only the statement knows it
 */
export function takesKey(parameter: string, source: string | null = null, answer = `c.claim->'answer'`): string {
  return `key as (
  insert into request_key as k (tenant, operation, key, hash, answer)
  select c.claim->>'tenant', c.claim->>'operation', c.claim->>'key', decode(c.claim->>'hash', 'hex'), ${answer}
  from (select ${parameter}::json as claim) c
  where c.claim is not null${source === null ? '' : ` and exists (select from ${source})`}
  on conflict (tenant, operation, key) do update
    set hash = excluded.hash, answer = excluded.answer, created_at = clock_timestamp()
    where k.created_at < clock_timestamp() - interval '24 hours'
  returning 1
)`
}

/** The condition of what is to be done: there is no claim, or its key was free. */
export function holdsKey(parameter: string): string {
  return `(${parameter}::json is null or exists (select from key))`
}

const CLAIM = statement({ name: 'claim-request-key', text: `with ${takesKey('$1')} select from key` })

/** Takes a key for what is written nowhere else, with its answer; false: it was taken. */
export async function claimRequestKey(database: Database, claim: KeyClaim): Promise<boolean> {
  return (await database.query(CLAIM, [claimParameter(claim)])).length > 0
}

/** Takes a key where it is free. Plan: by primary key. Locks: that row alone; who comes second waits for the first. */
const TAKE = statement({
  name: 'take-request-key',
  text: `
insert into request_key as k (tenant, operation, key, hash) values ($1, $2, $3, $4)
on conflict (tenant, operation, key) do update set hash = excluded.hash, answer = null, created_at = clock_timestamp()
  where k.created_at < clock_timestamp() - interval '24 hours'
returning 1 as taken`,
})

const FIND = statement({
  name: 'find-request-key',
  text: 'select hash, answer from request_key where tenant = $1 and operation = $2 and key = $3',
})

const FIND_TAKEN = statement({
  name: 'find-taken-request-key',
  text: `
select hash, answer from request_key
where tenant = $1 and operation = $2 and key = $3 and created_at >= clock_timestamp() - interval '24 hours'`,
})

/** What a key stands for; null: it is free, as each is after 24 hours. */
export async function findTakenKey(database: Database, key: RequestKey): Promise<TakenKey | null> {
  const [found] = await database.query<TakenKey>(FIND_TAKEN, [key.tenant, key.operation, key.key])
  return found ?? null
}

const ANSWER = statement({
  name: 'answer-request-key',
  text: 'update request_key set answer = $4::json where tenant = $1 and operation = $2 and key = $3',
})

/** Takes a key for a request; gives what it stands for where it was taken before. */
export async function takeRequestKey(database: Database, key: RequestKey, hash: Buffer): Promise<TakenKey | null> {
  const values = [key.tenant, key.operation, key.key]
  const taken = await database.query(TAKE, [...values, hash])
  if (taken.length > 0) return null
  const [found] = await database.query<TakenKey>(FIND, values)
  return found ?? { hash, answer: null }
}

/** Keeps what was answered to the request of a key. */
export async function keepAnswer(database: Database, key: RequestKey, answer: string): Promise<void> {
  await database.query(ANSWER, [key.tenant, key.operation, key.key, answer])
}

/** Deletes up to $1 keys of more than 24 hours. Plan: request_key_age from its start, then primary keys. */
const EXPIRE = statement({
  name: 'expire-request-keys',
  text: `
with old as materialized (
  select tenant, operation, key from request_key
  where created_at < now() - interval '24 hours'
  limit $1::int
  for update skip locked
), k as (
  delete from request_key k using old where k.tenant = old.tenant and k.operation = old.operation and k.key = old.key
)
select count(*)::int as removed from old`,
})

/** Gives how many were deleted. */
export async function removeOldRequestKeys(database: Database, batch: number): Promise<number> {
  const [row] = await database.query<{ removed: number }>(EXPIRE, [batch])
  return row?.removed ?? 0
}
