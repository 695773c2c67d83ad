import type { Database } from '../client.ts'
import { JUDGE, type Judge, judging } from '../judge.ts'
import { statement } from '../statement.ts'

/** A job that was taken from a replica that is no more. */
export type RescuedJob = { readonly tenant: string; readonly id: string; readonly takeovers: number }

/**
 * Puts jobs back whose holder is no live replica, by the database's clock alone: also those that a frozen replica
 * inserted after it was swept. Who may judge, and when, is in judge.ts; its own lease
 * holds then, so its own jobs are never among them.
 *
 * `expired` locks the replicas' rows: a renewal that comes first is seen, one that comes later finds what was taken.
 * Read without the lock, a lease that was renewed between this statement's snapshot and its update would still look
 * dead, and a step that began meanwhile would run twice. `dead` is materialized for the same reason: a job that changed
 * its holder meanwhile is judged by the holder it had, and left alone. Rows of replicas that have been dead for an
 * hour, and own nothing, go.
 *
 * Plan: replica is small; job_held for each dead one, and once over all for holders without a row; `finished_at is null`
 * holds for every job with a holder, and tells the planner that they are few, as the limits do, or a plan that is made
 * on an empty table reads all jobs. Locks: SKIP LOCKED throughout, so sweeps of several replicas share the work and wait
 * for nobody.
 */
const RESCUE = statement({
  name: 'rescue',
  text: `
with ${JUDGE}, expired as materialized (
  select r.id, r.holder, r.expires_at from replica r, judge
  where r.expires_at <= judge.now
    and (exists (select from job j where j.holder = r.holder and j.holder is not null and j.finished_at is null)
         or r.expires_at < clock_timestamp() - interval '1 hour')
  order by r.id
  limit 20
  for update of r skip locked
), dead as materialized (
  select holder from expired
  union all
  (select distinct j.holder from job j
   where j.holder is not null and j.finished_at is null
     and not exists (select from replica r where r.holder = j.holder)
     and exists (select from judge)
   limit 20)
), lost as materialized (
  select l.id, l.tenant
  from dead, lateral (
    select j.id, j.tenant from job j
    where j.holder = dead.holder and j.finished_at is null
    order by j.id, j.tenant
    limit 500
    for update skip locked
  ) l
  limit 500
), swept as (
  delete from replica r using expired e
  where r.id = e.id and e.expires_at < clock_timestamp() - interval '1 hour'
    and (select j.id from job j where j.holder = e.holder and j.holder is not null limit 1) is null
)
update job set
  holder = null,
  due_at = coalesce(job.started_at, job.created_at),
  current_step = null,
  fence = hashtextextended(gen_random_uuid()::text, 0),
  takeovers = least(takeovers + 1, 32000),
  takeovers_total = coalesce(takeovers_total, 0) + 1
from lost
where job.id = lost.id and job.tenant = lost.tenant and job.holder is not null
returning job.tenant, job.id, job.takeovers`,
})

/** At most so many in one statement: whoever gets that many asks again. */
export const RESCUE_BATCH = 500

/** @param judge the replica that asks */
export function rescueJobs(database: Database, leaseSeconds: number, judge: Judge): Promise<RescuedJob[]> {
  return database.query<RescuedJob>(RESCUE, judging(leaseSeconds, judge))
}
