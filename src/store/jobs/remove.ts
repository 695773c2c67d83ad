import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** What became of a removal: only a job that is over can be removed. */
export type Removal = 'removed' | 'not-found' | 'not-finished'

/**
 * Deletes a job that is over, with everything that hangs on it (its journal and signals by the table's own trigger), and tells the audit log who did it ($4) and who had posted
 * it; its idempotency key stays taken. A child is over here once its parent knows its end, some milliseconds later. Plan: by primary keys.
 * Locks: the job's row first, so that two deletes follow each other.
 */
const REMOVE = statement({
  name: 'remove',
  text: `
with found as materialized (
  select id, tenant, finished_at is not null and (parent is null or parent_told) as over, state, created_at, created_by from job where id = $1 and tenant = $2 for update
), s as (
  delete from step using found f where step.job_id = f.id and step.tenant = f.tenant and f.over
), l as (
  delete from job_label using found f where job_label.job_id = f.id and job_label.tenant = f.tenant and f.over
), m as (
  delete from message using found f where message.job_id = f.id and message.tenant = f.tenant and f.over
), j as (
  delete from job using found f where job.id = f.id and job.tenant = f.tenant and f.over
), told as (
  insert into audit (tenant, id, action, actor, subject, details)
  select tenant, $3, 'job.deleted', $4, id,
         json_build_object('state', state, 'created_at', created_at, 'created_by', coalesce(created_by, 'anonymous'))
  from found where over and $4::text is not null
)
select over from found`,
})

/** `actor` is who deletes, for the audit log; null: it is told of otherwise. */
export async function removeJob(
  database: Database,
  tenant: string,
  id: string,
  actor: string | null,
): Promise<Removal> {
  const [row] = await database.query<{ over: boolean }>(REMOVE, [id, tenant, randomUUIDv7(), actor])
  if (row === undefined) return 'not-found'
  return row.over ? 'removed' : 'not-finished'
}
