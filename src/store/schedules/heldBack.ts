import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** So many are looked at in one go. */
const LOOKED_AT = 10_000

/** A job that waits until those of its schedule before it are over. */
export type HeldBackJob = { readonly tenant: string; readonly id: string; readonly schedule: string | null }

/** Plan: job_held_back, which holds nothing else. */
const HELD_BACK = statement({
  name: 'jobs-held-back',
  text: `
select tenant, id, schedule from job
where state = 'scheduled' and wake_at is null order by tenant, created_at limit ${LOOKED_AT}`,
})

/** The jobs that are held back, the oldest of each tenant first. */
export function jobsHeldBack(database: Database): Promise<HeldBackJob[]> {
  return database.query<HeldBackJob>(HELD_BACK, [])
}

/**
 * By primary key; the one row is locked. Cancelled or given a moment meanwhile, it is left as it is. The conditions stand in a
 * case: partial indexes that they fit look as good as the key while the table is empty.
 */
const LET_GO = statement({
  name: 'let-go-job',
  text: `
update job set state = 'queued', due_at = clock_timestamp()
where id = $1 and tenant = $2
  and case state when 'scheduled' then wake_at is null and due_at is null and finished_at is null else false end
returning id`,
})

/** Puts a job that was held back into the queue; gives whether it was. */
export async function letGoJob(database: Database, tenant: string, id: string): Promise<boolean> {
  return (await database.query<{ id: string }>(LET_GO, [id, tenant])).length > 0
}
