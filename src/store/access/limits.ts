import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** A tenant's bounds as they are stored; null: none. */
export type StoredLimits = {
  readonly requests_per_second: number | null
  readonly jobs_running: number | null
  readonly jobs_queued: number | null
  readonly streams: number | null
  readonly webhooks: number | null
  readonly schedules: number | null
  readonly secrets: number | null
  readonly definitions: number | null
  readonly definition_versions: number | null
  readonly definition_tests: number | null
  readonly stored_bytes: number | null
  /** Null: the default. */
  readonly messages_pending: number | null
}

/** By primary key. It stands before every request, so it waits for no client. */
const READ = statement({
  name: 'limits-read',
  text: `
select requests_per_second, jobs_running, jobs_queued, streams, webhooks, stored_bytes::float8 as stored_bytes,
  messages_pending, schedules, secrets, definitions, definition_versions, definition_tests
from tenant_limit where tenant = $1`,
})

/** The bounds of a tenant; null: it has none. */
export async function readLimits(database: Database, tenant: string): Promise<StoredLimits | null> {
  const [row] = await database.query<StoredLimits>(READ, [tenant])
  return row ?? null
}

/** Their columns; one that is missing here does not compile. */
const BOUNDS = Object.keys({
  requests_per_second: true,
  jobs_running: true,
  jobs_queued: true,
  streams: true,
  webhooks: true,
  stored_bytes: true,
  messages_pending: true,
  schedules: true,
  secrets: true,
  definitions: true,
  definition_versions: true,
  definition_tests: true,
} satisfies Record<keyof StoredLimits, true>)

/** The row's bounds are those known: null is the default of `messages_pending`, which is known by its number. */
const AS_KNOWN = BOUNDS.map((bound) => {
  const now = bound === 'messages_pending' ? `coalesce(tenant_limit.${bound}, known.${bound})` : `tenant_limit.${bound}`
  return `${now} is not distinct from known.${bound}`
}).join(' and ')

/**
 * By primary key; the one row is locked, and the log is told of it or neither is. SQL, since the moment is the database's.
 * What is not given of $2 is null. Where $5 is given, the row must be so: who waited for its lock looks at it anew.
 */
const SET = statement({
  name: 'limits-set',
  text: `
with made as (
  insert into tenant_limit (tenant, ${BOUNDS.join(', ')})
  select $1, ${BOUNDS.join(', ')} from json_populate_record(null::tenant_limit, $2::json)
  on conflict (tenant) do update set ${BOUNDS.map((bound) => `${bound} = excluded.${bound}`).join(', ')},
    updated_at = clock_timestamp()
  where $5::json is null or exists (
    select from json_populate_record(null::tenant_limit, $5::json) known
    where ${AS_KNOWN}
  )
  returning tenant
), told as (
  insert into audit (tenant, id, action, actor, subject, details)
  select tenant, $3, 'limits.changed', $4, tenant, $2::json from made
)
select from made`,
})

/**
 * Replaces the bounds of a tenant. `actor` is who does it, for the audit log. False: they are no longer those that are
 * known, and nothing was done.
 */
export async function setLimits(
  database: Database,
  tenant: string,
  limits: StoredLimits,
  actor: string,
  known: StoredLimits | null = null,
): Promise<boolean> {
  const expected = known === null ? null : JSON.stringify(known)
  const values = [tenant, JSON.stringify(limits), randomUUIDv7(), actor, expected]
  return (await database.query(SET, values)).length > 0
}

/**
 * Takes up to $3 tokens out of a tenant's bucket, which holds $2 and is refilled by $2 a second. By primary key; the one
 * row is locked for this statement. The time is the database's: replicas whose clocks differ share the bucket all the
 * same. `excluded.refilled_at` is the moment of the statement, also where it had to wait for the row.
 */
const TAKE = statement({
  name: 'bucket-take',
  text: `
insert into tenant_bucket as b (tenant, tokens, granted)
values ($1, $2::float8 - least($3::int, $2::float8), least($3::int, floor($2::float8))::int)
on conflict (tenant) do update set
  granted = least($3::int, floor(
    least($2, b.tokens + $2 * greatest(0, extract(epoch from excluded.refilled_at - b.refilled_at)))))::int,
  tokens = least($2, b.tokens + $2 * greatest(0, extract(epoch from excluded.refilled_at - b.refilled_at)))
    - least($3::int, floor(
        least($2, b.tokens + $2 * greatest(0, extract(epoch from excluded.refilled_at - b.refilled_at))))),
  refilled_at = greatest(b.refilled_at, excluded.refilled_at)
returning granted, tokens`,
})

/** What a bucket gave, and what is left in it. */
export type Tokens = { readonly granted: number; readonly tokens: number }

/** Takes up to `wanted` of a tenant's tokens, of which `rate` come each second and as many are kept at most. */
export async function takeTokens(database: Database, tenant: string, rate: number, wanted: number): Promise<Tokens> {
  const [row] = await database.query<Tokens>(TAKE, [tenant, rate, wanted])
  return row ?? { granted: 0, tokens: 0 }
}
