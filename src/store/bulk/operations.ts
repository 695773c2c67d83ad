import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { claimParameter, holdsKey, type KeyClaim, takesKey } from '../access/requestKeys.ts'
import type { Database } from '../client.ts'
import type { ListCursor } from '../jobs/jobList.ts'
import { statement } from '../statement.ts'

/** What can be done to many jobs at once. */
export type BulkAction = 'cancel' | 'rerun' | 'delete'

/** How far an action on many jobs is. */
export type BulkProgress = {
  readonly id: string
  readonly matched: number
  readonly done: number
  readonly failed: number
  readonly finished_at: number | null
}

const PROGRESS = 'id, matched, done, failed, finished_at'

/**
 * Begins an operation, and tells the audit log: both or neither. What the tenant had finished a month ago goes. Plan: by
 * primary key, its first column alone for the old ones: a tenant has few. SQL, as what takes a request's key is everywhere.
 */
const BEGIN = statement({
  name: 'bulk-begin',
  text: `
with old as (
  delete from bulk where tenant = $1 and finished_at < now() - interval '30 days'
), ${takesKey('$10')}, made as (
  insert into bulk (tenant, id, created_by, action, filter, most, matched)
  select $1, $2, $3, $4, $5::json, $6::int, $7::int where ${holdsKey('$10')}
  returning ${PROGRESS}
), told as (
  insert into audit (tenant, id, action, actor, subject, details)
  select $1, $8, 'bulk.started', $9, id, json_build_object('action', $4::text, 'filter', $5::json, 'matched', matched) from made
)
select * from made`,
})

/** An operation to be begun. */
export type NewBulk = {
  readonly tenant: string
  readonly id: string
  readonly createdBy: string | null
  readonly action: BulkAction
  /** JSON text. */
  readonly filter: string
  readonly most: number
  readonly matched: number
}

/**
 * Gives null where the request's key is taken.
 *
 * @param actor who asks for it, for the audit log
 */
export async function beginBulk(
  database: Database,
  bulk: NewBulk,
  actor: string,
  claim: KeyClaim | null,
): Promise<BulkProgress | null> {
  const { tenant, id, createdBy, action, filter, most, matched } = bulk
  const values = [tenant, id, createdBy, action, filter, most, matched, randomUUIDv7(), actor, claimParameter(claim)]
  const [row] = await database.query<BulkProgress>(BEGIN, values)
  return row ?? null
}

/** One operation, by primary key; null: there is none. */
export async function readBulk(database: Database, tenant: string, id: string): Promise<BulkProgress | null> {
  const row = await database.models('bulk-read', (client) =>
    client.bulk.findUnique({ where: { tenant_id: { tenant, id } } }),
  )
  if (row === null) return null
  const { matched, done, failed, finishedAt } = row
  return { id, matched, done, failed, finished_at: finishedAt?.getTime() ?? null }
}

/** An operation that this replica works on for a while. */
export type TakenBulk = {
  readonly tenant: string
  readonly id: string
  readonly fence: string
  readonly created_at: number
  readonly created_by: string | null
  readonly action: BulkAction
  readonly filter: string
  /** Jobs that it may still take. */
  readonly left: number
  readonly after_at: number | null
  readonly after_id: string | null
}

/** A replica that is silent for so long has left it to others. */
const TAKEN_SECONDS = 30

/**
 * Takes the operation that was left alone for longest, so that those of all tenants go on side by side. bulk_open holds only
 * what is not over; SKIP LOCKED: replicas take different ones.
 */
const TAKE = statement({
  name: 'bulk-take',
  text: `
with free as materialized (
  select tenant, id from bulk
  where finished_at is null and (taken_until is null or taken_until <= clock_timestamp())
  order by taken_until nulls first limit 1
  for no key update skip locked
)
update bulk b set fence = $1::uuid, taken_until = clock_timestamp() + interval '${TAKEN_SECONDS} seconds'
from free f where b.tenant = f.tenant and b.id = f.id
returning b.tenant, b.id, b.fence, b.created_at, b.created_by, b.action, b.filter, b.most - b.done - b.failed as left,
          b.after_at, b.after_id`,
})

/** Takes an action on many jobs that nobody works on, for a while and under a new fence; null: there is none. */
export async function takeBulk(database: Database): Promise<TakenBulk | null> {
  const [row] = await database.query<TakenBulk>(TAKE, [randomUUID()])
  return row ?? null
}

/** By primary key, and only by who took it last. SQL, since what was matched is reckoned from the row's own counts. */
const SETTLE = statement({
  name: 'bulk-settle',
  text: `
update bulk set
  done = done + $4::int,
  failed = failed + $5::int,
  matched = case when $8::bool then done + failed + $4 + $5 else greatest(matched, done + failed + $4 + $5) end,
  after_at = coalesce(to_timestamp($6::float8 / 1000), after_at),
  after_id = coalesce($7, after_id),
  fence = null,
  taken_until = clock_timestamp(),
  finished_at = case when $8 then clock_timestamp() end
where tenant = $1 and id = $2 and fence = $3::uuid`,
})

/** What a portion of an operation came to; `next` null: there is no more. */
export type Portion = { readonly done: number; readonly failed: number; readonly next: ListCursor | null }

/** Keeps what a portion came to, and lets the operation go; one that another has taken since is left alone. */
export async function settleBulk(
  database: Database,
  { tenant, id, fence }: TakenBulk,
  { done, failed, next }: Portion,
): Promise<void> {
  const values = [tenant, id, fence, done, failed, next?.createdAt ?? null, next?.id ?? null, next === null]
  await database.query(SETTLE, values)
}
