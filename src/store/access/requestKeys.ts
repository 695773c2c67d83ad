import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** One key of one operation of a tenant. */
export type RequestKey = { readonly tenant: string; readonly operation: string; readonly key: string }

/** What a key stands for: the hash of its request, and the answer as JSON text, once there is one. */
export type TakenKey = { readonly hash: Buffer; readonly answer: string | null }

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
