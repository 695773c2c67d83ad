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
   * It is recorded, now or before. `held`: a replica runs it. `taken`: it had not begun, and is this replica's now, to be
   * ended at once.
   */
  | {
      readonly kind: 'cancelled'
      readonly over: boolean
      readonly held: boolean
      readonly taken: ClaimedJob | null
    }

/**
 * Records a cancel, once and for good, and who it was ($5) in the audit log. A job that has not begun is
 * claimed for the replica $3 by the same statement, which ends it without a slot; one that has, and that nobody runs,
 * becomes due at once, also where it waits. Of a job in the form of the version before one that has not begun becomes one
 * of this form; one that has is left to whoever finishes it.
 *
 * Plan: by primary keys. Locks: the one job row; a concurrent end, claim or rescue and this wait for each other, and
 * the second sees the first. A replica whose lease ran out takes nothing: the job is then due for whoever claims.
 */
const CANCEL = statement({
  name: 'cancel',
  text: `
with found as materialized (
  select j.id, j.tenant, j.state, j.finished_at, coalesce(j.holder, j.owner) is not null as held, j.cancel_at, j.created_at, j.scheduled_for,
         j.nonce, j.definition, j.checks, j.takeovers, coalesce(j.takeovers_total, 0) as takeovers_total, j.created_by,
         case when j.holder is null and j.owner is null and j.started_at is null and j.finished_at is null then r.holder end as taker,
         j.journal_rows is not null or (j.started_at is null and j.owner is null) as ours
  from job j left join replica r on r.holder = $3::bigint and r.expires_at > clock_timestamp()
  where j.id = $1 and j.tenant = $2
  for no key update of j
), marked as (
  update job set
    cancel_at = coalesce(job.cancel_at, clock_timestamp()),
    journal_rows = case when f.ours then coalesce(job.journal_rows, 0) end,
    run_at = case when f.ours then null when f.held then job.run_at else least(job.run_at, clock_timestamp()) end,
    holder = coalesce(f.taker, job.holder),
    due_at = case when f.ours and not f.held and f.taker is null then coalesce(job.due_at, clock_timestamp()) end,
    wake_at = null,
    state = case when job.state = 'waiting' then 'running' else job.state end,
    wait_kind = null,
    current_step = case when f.held then job.current_step end,
    fence = case when f.taker is null then job.fence else hashtextextended(gen_random_uuid()::text, 0) end
  from found f
  where job.id = f.id and job.tenant = f.tenant and f.finished_at is null
  returning job.cancel_at, job.fence
), told as (
  insert into audit (tenant, id, action, actor, subject)
  select tenant, $4, 'job.cancelled', $5, id from found where finished_at is null and cancel_at is null and $5::text is not null
)
select f.state, f.finished_at, f.held, f.taker is not null as taken, f.created_at, f.scheduled_for, f.nonce, f.takeovers, f.takeovers_total, f.created_by, m.fence, m.cancel_at,
       case when f.taker is not null then f.definition end as definition, f.checks
from found f left join marked m on true`,
})

type CancelRow = {
  state: string
  finished_at: number | null
  held: boolean
  taken: boolean
  created_at: number
  scheduled_for: number | null
  nonce: string
  takeovers: number
  takeovers_total: number
  created_by: string | null
  fence: string
  cancel_at: number
  definition: string
  checks: string | null
}

/**
 * @param holder the replica that takes the job where it has not begun
 * @param actor who cancels, for the audit log; null: it is told of otherwise
 */
export async function cancelJob(
  database: Database,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  holder: string,
  actor: string | null,
): Promise<Cancellation> {
  const [row] = await database.query<CancelRow>(CANCEL, [id, tenant, holder, randomUUIDv7(), actor])
  if (row === undefined) return { kind: 'not-found' }
  if (row.finished_at === null) {
    return { kind: 'cancelled', over: false, held: row.held, taken: row.taken ? readTaken(tenant, id, row) : null }
  }
  return row.state === 'cancelled' ? { kind: 'cancelled', over: true, held: false, taken: null } : { kind: 'finished' }
}

function readTaken(tenant: string, id: string, row: CancelRow): ClaimedJob {
  const { fence, takeovers, nonce, definition, checks } = row
  const { created_at: createdAt, cancel_at: cancelAt, scheduled_for: scheduledFor } = row
  const { takeovers_total: takeoversTotal, created_by: createdBy } = row
  // No step of it runs, so its secret local values are of no use.
  const unbegun = { rows: 0, lastSeq: 0, signals: 0, ranMs: 0, startedAt: null, fresh: true, sealedInputs: null }
  return {
    tenant,
    id,
    fence,
    takeovers,
    takeoversTotal,
    createdBy,
    ...unbegun,
    cancelAt,
    createdAt,
    scheduledFor,
    nonce,
    definition,
    checks,
  }
}
