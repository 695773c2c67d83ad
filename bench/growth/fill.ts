import pg from 'pg'
import { threeSteps } from '../definitions.ts'

const CHUNK = 100_000

/** Milliseconds since 1970, and a number, as a UUIDv7: what the service gives jobs for ids. */
const ID = `
  overlay(overlay(overlay(overlay(
    lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15)
  placing '-' from 9 for 0) placing '-' from 14 for 0) placing '-' from 19 for 0) placing '-' from 24 for 0)`

/** Jobs that are over, a thousand a minute up to now, each with its three steps; some failed, named or labelled. */
const FINISHED = `
with numbers as (
  select n, clock_timestamp() - make_interval(secs => ($2 - n) * 0.06) as at from generate_series($1::int, $1::int + $3::int - 1) n
), given as materialized (
  select n, at, ${ID} as id, n % 50 = 0 as bad from numbers
), j as (
  insert into job (id, tenant, created_at, state, journal_rows, last_seq, started_at, finished_at, failed_seq, failed_step, name, labels,
                   nonce, definition, entries)
  select id, 'default', at, case when bad then 'failed' else 'succeeded' end, 0, 3, at, at + interval '1 ms',
         case when bad then 3 end, case when bad then '3' end, case when n % 10 = 0 then 'name ' || n % 1000 end,
         case when n % 10 = 1 then '{"tags":["nightly"],"metadata":{},"step_limit":null,"block_limit_overrides":{}}'::json end,
         gen_random_uuid(), $4::json, (
           select json_agg(json_build_array('step', s::text, s, s - 1, case when bad and s = 3 then 101 else 0 end,
             (extract(epoch from at) * 1000)::bigint, (extract(epoch from at) * 1000)::bigint, 'hello, world'))
           from generate_series(1, 3) s)
  from given
)
insert into job_label (job_id, tenant, label, created_at) select id, 'default', 'tag:nightly', at from given where n % 10 = 1`

/** Fills a migrated database with jobs that are over, and lets the planner know. */
export async function fillFinished(url: string, jobs: number): Promise<void> {
  await withClient(url, async (client) => {
    for (let from = 0; from < jobs; from += CHUNK) {
      await client.query(FINISHED, [from, jobs, Math.min(CHUNK, jobs - from), JSON.stringify(threeSteps)])
    }
    await client.query('vacuum (analyze)')
  })
}

/** Jobs that sleep, as the service leaves them: the row, and one of the journal that has the beginning of their wait. They wake over a year. */
const WAITING = `
with numbers as (
  select n, clock_timestamp() as at, clock_timestamp() + make_interval(hours => 1, secs => n % 31536000) as until
  from generate_series($1::int, $1::int + $2::int - 1) n
), given as materialized (
  select n, at, until, ${ID} as id from numbers
), j as (
  insert into job (id, tenant, created_at, state, journal_rows, last_seq, started_at, current_step, wait_kind, wake_at, ran_ms, nonce, definition)
  select id, 'default', at, 'waiting', 1, 0, at, '1', 'sleep', until, 1, gen_random_uuid(), $3::json from given
)
insert into journal (job_id, tenant, number, first_seq, told, path, entries)
select id, 'default', 1, 1, 0, '', json_build_array(json_build_array('mark', '1', (extract(epoch from at) * 1000)::bigint, json_build_object(
         'kind', 'begun', 'decision', (extract(epoch from until) * 1000)::bigint, 'until', null)))
from given`

const sleeper = { steps: [{ action: 'FLOW.SLEEP', parameters: { for: '365d' } }] }

/** Fills a migrated database with jobs that wait. */
export async function fillWaiting(url: string, jobs: number): Promise<void> {
  await withClient(url, async (client) => {
    for (let from = 0; from < jobs; from += CHUNK) {
      await client.query(WAITING, [from, Math.min(CHUNK, jobs - from), JSON.stringify(sleeper)])
    }
    await client.query('vacuum (analyze)')
  })
}

/** Jobs that are queued, of so many tenants, the first of which has half of them all. */
const QUEUED = `
insert into job (id, tenant, created_at, state, due_at, journal_rows, nonce, definition)
select 'queued-' || n, case when n % 2 = 0 then 'tenant-0' else 'tenant-' || n % $2::int end, clock_timestamp(), 'queued',
       clock_timestamp(), 0, gen_random_uuid(), $3::json
from generate_series(1, $1::int) n`

export async function fillQueued(url: string, jobs: number, tenants: number): Promise<void> {
  await withClient(url, (client) => client.query(QUEUED, [jobs, tenants, JSON.stringify(threeSteps)]))
}

/** Takes away what is queued. */
export async function emptyQueue(url: string): Promise<void> {
  await withClient(url, (client) => client.query("delete from job where id like 'queued-%'"))
}

/** Makes the oldest jobs that are over so old that retention takes them. */
export async function makeOld(url: string, jobs: number): Promise<void> {
  const old = `
    update job set finished_at = finished_at - interval '1000 days'
    where (id, tenant) in (select id, tenant from job where finished_at is not null order by id limit $1)`
  await withClient(url, (client) => client.query(old, [jobs]))
}

/** Gives the room of deleted rows back to new ones. */
export async function vacuum(url: string): Promise<void> {
  await withClient(url, (client) => client.query('vacuum job, step'))
}

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
