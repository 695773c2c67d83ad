import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** What a cancel met. */
export type Cancellation =
  | { readonly kind: 'not-found' }
  /** It ended otherwise before. */
  | { readonly kind: 'finished' }
  /** It is recorded, now or before. `owner` is the replica that runs it, if one does. */
  | { readonly kind: 'cancelled'; readonly over: boolean; readonly owner: number | null }

/**
 * Records a cancel, once and for good. A job without an owner becomes due at once, so that the next claimer ends it.
 * Plan: by primary key. Locks: the one job row; a concurrent end and this wait for each other, and the second sees the first.
 */
const CANCEL = statement({
  name: 'cancel',
  text: `
with found as materialized (
  select id, tenant, state, finished_at, owner from job where id = $1 and tenant = $2 for no key update
), marked as (
  update job set
    cancel_at = coalesce(job.cancel_at, clock_timestamp()),
    run_at = case when job.owner is null then least(job.run_at, clock_timestamp()) else job.run_at end
  from found
  where job.id = found.id and job.tenant = found.tenant and found.finished_at is null
)
select state, finished_at, owner from found`,
})

export async function cancelJob(database: Database, tenant: string, id: string): Promise<Cancellation> {
  type Row = { state: string; finished_at: number | null; owner: number | null }
  const [row] = await database.query<Row>(CANCEL, [id, tenant])
  if (row === undefined) return { kind: 'not-found' }
  if (row.finished_at === null) return { kind: 'cancelled', over: false, owner: row.owner }
  return row.state === 'cancelled' ? { kind: 'cancelled', over: true, owner: null } : { kind: 'finished' }
}

/** Of the jobs that a replica runs those with a cancel. Plan: job_owned. */
const CANCELLED_OF = statement({
  name: 'cancelled-of',
  text: 'select tenant, id, fence from job where owner = $1 and cancel_at is not null',
})

/** The jobs of a replica for which a cancel was recorded, by whichever replica. */
export function cancelledJobsOf(
  database: Database,
  replica: number,
): Promise<{ tenant: string; id: string; fence: string }[]> {
  return database.query(CANCELLED_OF, [replica])
}
