import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** One hold of one job. */
export type JobHold = { readonly tenant: string; readonly id: string; readonly fence: string }

/** What a replica holds. Plan: job_held. No locks. */
const HELD = statement({ name: 'held', text: 'select tenant, id, fence from job where holder = $1::bigint' })

/** The jobs that a replica holds by the database, each with its fence. */
export function jobsHeldBy(database: Database, holder: string): Promise<JobHold[]> {
  return database.query<JobHold>(HELD, [holder])
}

/** What came for a job while a replica runs it. `signals`: how many were sent to it so far. */
export type News = JobHold & { readonly cancelled: boolean; readonly signals: number }

/** Of the jobs that a replica runs those with a cancel, or with signals that are not taken. Plan: job_held. No locks. */
const NEWS = statement({
  name: 'news-of-held',
  text: `
select tenant, id, fence, cancel_at is not null as cancelled, signals from job
where holder = $1::bigint and (cancel_at is not null or signals > signals_taken)`,
})

/** What came for the jobs of a replica, through whichever replica. */
export function newsOfHeld(database: Database, holder: string): Promise<News[]> {
  return database.query<News>(NEWS, [holder])
}
