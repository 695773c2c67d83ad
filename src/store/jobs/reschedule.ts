import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import type { JobVersion } from './read.ts'

/** What became of it. */
export type Rescheduled = 'rescheduled' | 'not-found' | 'not-scheduled' | 'changed'

/**
 * Gives a scheduled job another moment; one that is past, or null, makes it due at once. Plan: by primary key. Locks: the
 * job's row, so that it is woken before or after, never in between.
 */
const RESCHEDULE = statement({
  name: 'reschedule',
  text: `
with found as materialized (
  select id, tenant, state = 'scheduled' and cancel_at is null as scheduled,
         coalesce(to_timestamp($3::float8 / 1000) <= clock_timestamp(), true) as due,
         $6::uuid is null or nonce = $6
           and date_trunc('milliseconds', scheduled_for) is not distinct from to_timestamp($7::float8 / 1000) as known
  from job where id = $1 and tenant = $2
  for no key update
), moved as (
  update job set
    state = case when f.due then 'queued' else 'scheduled' end,
    due_at = case when f.due then clock_timestamp() end,
    wake_at = case when not f.due then to_timestamp($3 / 1000) end,
    scheduled_for = to_timestamp($3 / 1000)
  from found f
  where job.id = f.id and job.tenant = f.tenant and f.scheduled and f.known
), told as (
  insert into audit (tenant, id, action, actor, subject)
  select tenant, $4, 'job.rescheduled', $5, id from found where scheduled and known
)
select scheduled, known from found`,
})

/** A job that is to have another moment: milliseconds since 1970, or null, at once. */
export type Reschedule = {
  readonly tenant: string
  readonly id: string
  readonly at: number | null
  /** What it must still be, as `readVersion` gave it; null: whatever it is. */
  readonly known?: Pick<JobVersion, 'nonce' | 'scheduled_for'> | null
  /** Who wants it, for the audit log. */
  readonly actor: string
}

/** Gives a scheduled job another moment, and tells of it on the audit log. */
export async function rescheduleJob(
  database: Database,
  { tenant, id, at, known = null, actor }: Reschedule,
): Promise<Rescheduled> {
  const values = [id, tenant, at, randomUUIDv7(), actor, known?.nonce ?? null, known?.scheduled_for ?? null]
  const [row] = await database.query<{ scheduled: boolean; known: boolean }>(RESCHEDULE, values)
  if (row === undefined) return 'not-found'
  if (!row.known) return 'changed'
  return row.scheduled ? 'rescheduled' : 'not-scheduled'
}
