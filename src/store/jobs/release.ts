import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** A job that its holder gives back. */
export type Release = {
  readonly tenant: string
  readonly id: string
  readonly fence: string
  /** Not to be claimed again before so many milliseconds; 0: at once. */
  readonly delayMs: number
  /** The run broke: this counts like a takeover, so that a job that breaks each time is given up in the end. */
  readonly broken: boolean
  /** Its run was never begun: it is queued as it was, and its time has not begun either. */
  readonly unbegun: boolean
}

/**
 * Gives jobs back to the queue, fenced: who lost a job can't give it back. A drain is no takeover, so
 * nothing is counted. One that is not to be claimed at once does not stand in the queue until then: it wakes.
 * Plan: by primary key. Locks: the job rows, in order of their keys.
 */
const RELEASE = statement({
  name: 'release',
  text: `
with held as materialized (
  select j.id, j.tenant, e.delay, e.broken, e.unbegun
  from unnest($1::text[], $2::text[], $3::bigint[], $4::float8[], $5::bool[], $6::bool[])
       as e(id, tenant, fence, delay, broken, unbegun)
  join job j on j.id = e.id and j.tenant = e.tenant and j.fence = e.fence and j.finished_at is null
  order by e.id, e.tenant
  for no key update of j
)
update job set
  holder = null,
  current_step = null,
  state = case when held.unbegun then 'queued' else job.state end,
  started_at = case when held.unbegun then null else job.started_at end,
  fence = hashtextextended(gen_random_uuid()::text, 0),
  takeovers = least(job.takeovers + held.broken::int, 32000),
  due_at = case when held.delay = 0 then clock_timestamp() end,
  wake_at = case when held.delay > 0 then clock_timestamp() + make_interval(secs => held.delay / 1000) end
from held
where job.id = held.id and job.tenant = held.tenant`,
})

/** Gives jobs back to the queue, each under its fence; those that were lost meanwhile are left alone. */
export async function releaseJobs(database: Database, releases: readonly Release[]): Promise<void> {
  if (releases.length === 0) return
  await database.query(RELEASE, [
    releases.map(({ id }) => id),
    releases.map(({ tenant }) => tenant),
    releases.map(({ fence }) => fence),
    releases.map(({ delayMs }) => delayMs),
    releases.map(({ broken }) => broken),
    releases.map(({ unbegun }) => unbegun),
  ])
}
