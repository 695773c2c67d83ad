import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** A job that was taken from a replica that is no more. */
export type RescuedJob = { readonly tenant: string; readonly id: string; readonly takeovers: number }

/**
 * Puts jobs back whose owner is no live replica, by the database's clock alone: also those that a frozen replica
 * inserted after it was swept. Not in the first lease after the database's own start, when nobody could renew.
 *
 * Plan: job_owned, then replica and job by primary key. `finished_at is null` holds for every job with an owner; it tells
 * the planner that they are few, or a plan that is made on an empty table reads all jobs. Locks: SKIP LOCKED, so sweeps of several replicas share the work.
 */
const RESCUE = statement({
  name: 'rescue',
  text: `
update job set
  owner = null,
  current_step = null,
  fence = hashtextextended(gen_random_uuid()::text, 0),
  takeovers = takeovers + 1
from (
  select j.id, j.tenant from job j
  where j.owner is not null and j.finished_at is null
    and pg_postmaster_start_time() < clock_timestamp() - make_interval(secs => $1::float8)
    and not exists (select from replica r where r.id = j.owner and r.expires_at > clock_timestamp())
  order by j.id, j.tenant
  limit 500
  for update skip locked
) lost
where job.id = lost.id and job.tenant = lost.tenant
returning job.tenant, job.id, job.takeovers`,
})

export function rescueJobs(database: Database, leaseSeconds: number): Promise<RescuedJob[]> {
  return database.query<RescuedJob>(RESCUE, [leaseSeconds])
}
