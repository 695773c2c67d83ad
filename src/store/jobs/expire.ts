import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/**
 * Deletes up to $2 jobs that ended more than $1 days ago, with everything that hangs on them (journal and signals by the table's own trigger), but for those with a
 * message that is still to be sent. Plan: job_ended from its start (its predicate stands in the text), then primary keys.
 * `now()` and no order: the index can't be used for a volatile moment, and an order would read the primary key from its
 * start; messages are looked up one job at a time (an anti-join hashes all that wait). Locks: SKIP LOCKED, so sweeps of
 * several replicas share the work and never wait.
 */
const EXPIRE = statement({
  name: 'expire',
  text: `
with old as materialized (
  select id, tenant from job
  where (parent is null or parent_told) and finished_at > '-infinity' and finished_at < now() - make_interval(days => 1) * $1::float8
    and (
      select m.seq from message m
      where m.job_id = job.id and m.tenant = job.tenant and m.state in ('ready', 'waiting', 'sending') limit 1
    ) is null
  limit $2::int
  for update skip locked
), s as (
  delete from step using old where step.job_id = old.id and step.tenant = old.tenant
), l as (
  delete from job_label using old where job_label.job_id = old.id and job_label.tenant = old.tenant
), m as (
  delete from message using old where message.job_id = old.id and message.tenant = old.tenant
), j as (
  delete from job using old where job.id = old.id and job.tenant = old.tenant
)
select count(*)::int as removed from old`,
})

/** Gives how many were deleted. */
export async function removeOldJobs(database: Database, days: number, batch: number): Promise<number> {
  const [row] = await database.query<{ removed: number }>(EXPIRE, [days, batch])
  return row?.removed ?? 0
}

/** Deletes up to $1 idempotency keys of more than 24 hours. Plan: idempotency_key_age from its start, then primary keys. */
const EXPIRE_KEYS = statement({
  name: 'expire-keys',
  text: `
with old as materialized (
  select key, tenant from idempotency_key
  where created_at < now() - interval '24 hours'
  limit $1::int
  for update skip locked
), k as (
  delete from idempotency_key k using old where k.key = old.key and k.tenant = old.tenant
)
select count(*)::int as removed from old`,
})

/** Deletes idempotency keys that are older than 24 hours, a batch at most; gives how many. */
export async function removeOldKeys(database: Database, batch: number): Promise<number> {
  const [row] = await database.query<{ removed: number }>(EXPIRE_KEYS, [batch])
  return row?.removed ?? 0
}
