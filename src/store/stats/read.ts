import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { storedJson } from '../../engine/values/storedJson.ts'

/** A tenant's newest jobs, counted. Lists are null where nothing is to be counted. */
export type StoredStats = {
  /** How many were looked at. */
  readonly seen: number
  /** When the eldest of these was accepted; null: none were. */
  readonly eldest: number | null
  readonly finished: number
  readonly states: Readonly<Record<string, number>> | null
  readonly open: Readonly<Record<string, number>> | null
  readonly definitions: readonly { name: string; total: number; failed: number }[] | null
  readonly failures: readonly { action: string; type: string; count: number }[] | null
  /** The minutes in which jobs ended, in seconds since 1970, newest first. */
  readonly minutes: readonly { at: number; finished: number; failed: number }[] | null
  readonly oldest_queued_at: number | null
  readonly waiting: Readonly<Record<string, number>> | null
}

/** JSON is text here as everywhere in the store. */
type Row = { [Name in keyof StoredStats]: StoredStats[Name] extends number | null ? StoredStats[Name] : string | null }

/**
 * Plan: job_list from its newest entry on, at most $3 rows, for all that is counted; the first entry of the tenant in
 * job_due; job_rare for what is not over and for what waits, up to a bound each, in no order: asked for in one, and the
 * planner thinking that fewer jobs wait than the bound, it may read and sort all that wait. No locks.
 */
const STATS = statement({
  name: 'stats',
  text: `
with seen as materialized (
  select created_at, state, finished_at, failed_action, failed_type, definition_name from job
  where tenant = $1 and created_at > '-infinity' and created_at > to_timestamp($2::float8 / 1000)
  order by created_at desc, id desc limit $3::int
), waits as (
  select wait_kind from job where tenant = $1 and state = 'waiting' and state <> 'succeeded' limit $3
), unfinished as (
  select s.state, c.n
  from unnest(array['scheduled', 'queued', 'running', 'waiting']) s (state),
  lateral (
    select count(*) as n from (
      select from job where tenant = $1 and state = s.state and state <> 'succeeded' limit $3
    ) o
  ) c
  where c.n > 0
)
select
  (select count(*) from seen)::int as seen,
  (select min(created_at) from seen) as eldest,
  (select count(*) from seen where finished_at is not null)::int as finished,
  (select json_object_agg(state, n) from (select state, count(*) as n from seen group by state) s)::text as states,
  (select json_object_agg(state, n) from unfinished)::text as open,
  (select json_agg(d) from (
    select definition_name as name, count(*)::int as total,
           (count(*) filter (where state = 'failed'))::int as failed
    from seen where definition_name is not null group by 1 order by 2 desc, 1 limit 100
  ) d)::text as definitions,
  (select json_agg(f) from (
    select failed_action as action, failed_type as type, count(*)::int as count
    from seen where state = 'failed' and failed_action is not null group by 1, 2 order by 3 desc, 1, 2 limit 100
  ) f)::text as failures,
  (select json_agg(m) from (
    select extract(epoch from date_trunc('minute', finished_at, 'UTC'))::float8 as at, count(*)::int as finished,
           (count(*) filter (where state = 'failed'))::int as failed
    from seen where finished_at is not null group by 1 order by 1 desc limit 360
  ) m)::text as minutes,
  (select due_at from job where tenant = $1 and holder is null and due_at is not null order by due_at limit 1)
    as oldest_queued_at,
  (select json_object_agg(wait_kind, n) from (
    select wait_kind, count(*) as n from waits where wait_kind is not null group by 1
  ) w)::text as waiting`,
})

/** Counts the newest jobs of a tenant since a moment, `most` at most. */
export async function readStats(database: Database, tenant: string, since: number, most: number): Promise<StoredStats> {
  const [row] = await database.query<Row>(STATS, [tenant, since, most])
  if (row === undefined) throw new Error('the counts gave no row')
  const read = <Value>(text: string | null): Value | null => (text === null ? null : storedJson<Value>().read(text))
  return {
    ...row,
    states: read(row.states),
    open: read(row.open),
    definitions: read(row.definitions),
    failures: read(row.failures),
    minutes: read(row.minutes),
    waiting: read(row.waiting),
  }
}

/** A job, and what its steps did: JSON texts. */
export type SampledJob = { readonly definition: string; readonly entries: string }

/**
 * The steps of a tenant's newest jobs since a moment that are small: what large steps gave is left out. Plan: job_list from
 * its newest entry on, $3 rows at most, then the journal by its primary key, few rows of each. No locks.
 */
const SAMPLE = statement({
  name: 'stats-sample',
  text: `
select j.definition, coalesce(j.entries, r.entries) as entries
from (
  select id, tenant, definition, entries from job
  where tenant = $1 and created_at > '-infinity' and created_at > to_timestamp($2::float8 / 1000)
  order by created_at desc, id desc limit $3::int
) j
left join lateral (
  select entries from journal where job_id = j.id and tenant = j.tenant and path is null order by number limit 4
) r on j.entries is null
where pg_column_size(j.definition) < 8000 and coalesce(j.entries, r.entries) is not null`,
})

/** Some of a tenant's newest jobs with what their steps did. */
export function sampleJobs(database: Database, tenant: string, since: number, most: number): Promise<SampledJob[]> {
  return database.query<SampledJob>(SAMPLE, [tenant, since, most])
}

/** Replicas with a good lease, by primary key, and how many jobs each holds. */
const REPLICAS = statement({
  name: 'stats-replicas',
  text: `
select r.id::text as id, r.started_at, (select count(*) from job where holder = r.holder and holder is not null)::int as jobs
from (select id, holder, started_at, expires_at from replica order by id limit 1000) r
where r.expires_at > clock_timestamp()`,
})

/** A replica whose lease is good: since when it runs, in milliseconds since 1970, and how many jobs it holds. */
export type ReplicaRow = { readonly id: string; readonly started_at: number; readonly jobs: number }

/** The replicas that are alive, and how many jobs each has. */
export function readReplicas(database: Database): Promise<ReplicaRow[]> {
  return database.query<ReplicaRow>(REPLICAS, [])
}
