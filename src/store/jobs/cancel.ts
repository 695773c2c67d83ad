import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import type { ClaimedJob } from './claim.ts'

/** What a cancel met. */
export type Cancellation =
  | { readonly kind: 'not-found' }
  /** It ended otherwise before. */
  | { readonly kind: 'finished' }
  /**
   * It is recorded, now or before. `owner` is the replica that runs it, if one does. `taken`: it had not begun, and is
   * this replica's now, to be ended at once.
   */
  | {
      readonly kind: 'cancelled'
      readonly over: boolean
      readonly owner: number | null
      readonly taken: ClaimedJob | null
    }

/**
 * Records a cancel, once and for good, and who it was ($5) in the audit log. A job that has not begun is claimed for replica $3 by the same statement, which
 * ends it without a slot; one that has, and that nobody runs, becomes due at once.
 *
 * Plan: by primary keys. Locks: the one job row; a concurrent end, claim or rescue and this wait for each other, and
 * the second sees the first. A replica whose lease ran out takes nothing: the job is then due for whoever claims.
 */
const CANCEL = statement({
  name: 'cancel',
  text: `
with found as materialized (
  select j.id, j.tenant, j.state, j.finished_at, j.owner, j.cancel_at, j.created_at, j.nonce, j.definition, j.checks, j.takeovers,
         case when j.owner is null and j.started_at is null and j.finished_at is null then r.id end as taker
  from job j left join replica r on r.id = $3::int and r.expires_at > clock_timestamp()
  where j.id = $1 and j.tenant = $2
  for no key update of j
), marked as (
  update job set
    cancel_at = coalesce(job.cancel_at, clock_timestamp()),
    run_at = case when job.owner is null then least(job.run_at, clock_timestamp()) else job.run_at end,
    owner = coalesce(f.taker, job.owner),
    fence = case when f.taker is null then job.fence else hashtextextended(gen_random_uuid()::text, 0) end
  from found f
  where job.id = f.id and job.tenant = f.tenant and f.finished_at is null
  returning job.cancel_at, job.fence
), told as (
  insert into audit (tenant, id, action, actor, subject)
  select tenant, $4, 'job.cancelled', $5, id from found where finished_at is null and cancel_at is null
)
select f.state, f.finished_at, f.owner, f.taker is not null as taken, f.created_at, f.nonce, f.takeovers, m.fence, m.cancel_at,
       case when f.taker is not null then f.definition end as definition, f.checks
from found f left join marked m on true`,
})

type CancelRow = {
  state: string
  finished_at: number | null
  owner: number | null
  taken: boolean
  created_at: number
  nonce: string
  takeovers: number
  fence: string
  cancel_at: number
  definition: string
  checks: string | null
}

/**
 * @param replica takes the job where it has not begun
 * @param actor who cancels, for the audit log
 */
export async function cancelJob(
  database: Database,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  replica: number,
  actor: string,
): Promise<Cancellation> {
  const [row] = await database.query<CancelRow>(CANCEL, [id, tenant, replica, randomUUIDv7(), actor])
  if (row === undefined) return { kind: 'not-found' }
  if (row.finished_at === null) {
    return { kind: 'cancelled', over: false, owner: row.owner, taken: row.taken ? readTaken(tenant, id, row) : null }
  }
  return row.state === 'cancelled' ? { kind: 'cancelled', over: true, owner: null, taken: null } : { kind: 'finished' }
}

function readTaken(tenant: string, id: string, row: CancelRow): ClaimedJob {
  const { fence, takeovers, nonce, definition, checks } = row
  const { created_at: createdAt, cancel_at: cancelAt } = row
  const unbegun = { recorded: 0, startedAt: null, fresh: true }
  return { tenant, id, fence, takeovers, ...unbegun, cancelAt, createdAt, nonce, definition, checks }
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
