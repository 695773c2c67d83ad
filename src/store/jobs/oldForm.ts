import type { Database } from '../client.ts'
import { JUDGE, type Judge, judging } from '../judge.ts'
import { statement } from '../statement.ts'
import type { RescuedJob } from './rescue.ts'

/*
 * Jobs in the form of the version before: `owner` and `run_at` instead of `holder` and `due_at`, a row in `step` for each
 * step. Replicas of both versions work side by side; what this version takes goes on in its own form, and what was
 * recorded before stays where it is.
 */

/**
 * Takes jobs of the form before out of its queue into ours: those that have not begun at once, those that have where no
 * replica of the version before has a lease, or where none took them for two leases. Who watches such a job at an old
 * replica sees none of the steps that we add.
 *
 * Plan: job_queue from its start, which is empty as soon as no old replica is left. Locks: SKIP LOCKED; the version
 * before claims in the same way, so a job goes to one of the two.
 */
const ADOPT = statement({
  name: 'adopt',
  text: `
with alive as materialized (
  select exists (select from replica where holder is null and expires_at > clock_timestamp()) as old
), found as materialized (
  select id, tenant from job, alive
  where job.owner is null and job.run_at is not null
    and (job.started_at is null or not alive.old
         or job.run_at < clock_timestamp() - make_interval(secs => 2 * $1::float8))
  limit 500
  for update of job skip locked
), adopted as (
  update job set
    journal_rows = 0,
    last_seq = job.recorded,
    failed_seq = job.failed_position,
    due_at = case when job.run_at <= clock_timestamp() then job.run_at end,
    wake_at = case when job.run_at > clock_timestamp() then job.run_at end,
    run_at = null
  from found
  where job.id = found.id and job.tenant = found.tenant
  returning 1
)
select count(*)::int as count from adopted`,
})

/** Gives how many jobs were taken over from the form before. */
export async function adoptOldJobs(database: Database, leaseSeconds: number): Promise<number> {
  const [row] = await database.query<{ count: number }>(ADOPT, [leaseSeconds])
  return row?.count ?? 0
}

/**
 * `rescueJobs` for jobs that a replica of the version before owned. It puts them back into the queue of that version, from
 * where they are adopted. Plan: job_owned. Locks: as there.
 */
const RESCUE_OLD = statement({
  name: 'rescue-old',
  text: `
with ${JUDGE}, expired as materialized (
  select r.id, r.expires_at from replica r, judge
  where r.expires_at <= judge.now and r.holder is null
    and (exists (select from job j where j.owner = r.id and j.owner is not null and j.finished_at is null)
         or r.expires_at < clock_timestamp() - interval '1 hour')
  order by r.id
  limit 20
  for update of r skip locked
), dead as materialized (
  select id from expired
  union all
  (select distinct j.owner from job j
   where j.owner is not null and j.finished_at is null
     and not exists (select from replica r where r.id = j.owner)
     and exists (select from judge)
   limit 20)
), lost as materialized (
  select l.id, l.tenant
  from dead, lateral (
    select j.id, j.tenant from job j
    where j.owner = dead.id and j.finished_at is null
    order by j.id, j.tenant
    limit 500
    for update skip locked
  ) l
  limit 500
), swept as (
  delete from replica r using expired e
  where r.id = e.id and e.expires_at < clock_timestamp() - interval '1 hour'
    and not exists (select from job j where j.owner = r.id)
)
update job set
  owner = null,
  current_step = null,
  fence = hashtextextended(gen_random_uuid()::text, 0),
  takeovers = least(takeovers + 1, 32000),
  takeovers_total = coalesce(takeovers_total, 0) + 1
from lost
where job.id = lost.id and job.tenant = lost.tenant
returning job.tenant, job.id, job.takeovers`,
})

/** @param judge the replica that asks */
export function rescueOldJobs(database: Database, leaseSeconds: number, judge: Judge): Promise<RescuedJob[]> {
  return database.query<RescuedJob>(RESCUE_OLD, judging(leaseSeconds, judge))
}
