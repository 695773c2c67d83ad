import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** What a look for jobs that are due found. */
export type Woken = {
  readonly jobs: number
  /** The milliseconds until the next one is due; null: none waits for a moment. */
  readonly nextInMs: number | null
}

/**
 * Moves up to $1 jobs whose moment has come into the queue, by whichever replica asks. Of the $2 that are due first each
 * tenant gets its turn, so one with a thousand at once does not hold up the others.
 *
 * Plan: job_wake from its start (`now()`: an index can't be asked for a volatile moment), then primary keys. Locks: SKIP
 * LOCKED, so replicas share the work and wait for nobody; a job that was woken or cancelled meanwhile is no more due.
 */
const WAKE = statement({
  name: 'wake',
  text: `
with looked as materialized (
  select id, tenant, wake_at from job where wake_at is not null and wake_at <= now() order by wake_at limit $2::int
), picked as materialized (
  select id, tenant from (
    select id, tenant, wake_at, row_number() over (partition by tenant order by wake_at) as turn from looked
  ) l order by turn, wake_at limit $1::int
), due as materialized (
  select d.id, d.tenant from picked p, lateral (
    select j.id, j.tenant from job j where j.id = p.id and j.tenant = p.tenant and j.wake_at <= now()
    for no key update skip locked
  ) d
), woken as (
  update job set
    due_at = job.wake_at,
    wake_at = null,
    wait_kind = null,
    current_step = null,
    state = case job.state when 'waiting' then 'running' when 'scheduled' then 'queued' else job.state end
  from due
  where job.id = due.id and job.tenant = due.tenant
  returning 1
)
select (select count(*)::int from woken) as jobs,
       (select extract(epoch from wake_at - clock_timestamp()) * 1000 from job
        where wake_at is not null and wake_at > now() order by wake_at limit 1)::float8 as next_in_ms`,
})

/** Wakes jobs. @param batch at most so many @param look of so many that are due first */
export async function wakeDueJobs(database: Database, batch: number, look: number): Promise<Woken> {
  const [row] = await database.query<{ jobs: number; next_in_ms: number | null }>(WAKE, [batch, look])
  return { jobs: row?.jobs ?? 0, nextInMs: row?.next_in_ms ?? null }
}

/** Jobs that wait, by what they wait for. Plan: job_waiting, which holds nothing else. */
const WAITING = statement({
  name: 'waiting',
  text: 'select wait_kind as kind, count(*)::int as jobs from job where wait_kind is not null group by wait_kind',
})

/** How many jobs of all tenants wait, by what they wait for. */
export function countWaiting(database: Database): Promise<{ kind: string; jobs: number }[]> {
  return database.query(WAITING, [])
}
