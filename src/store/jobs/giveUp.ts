import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { FAILED_COLUMNS, type FailureOfStep, failureFrom, writeFailure } from './failure.ts'
import { insertMessages } from './insertMessages.ts'
import type { JobHold } from './owned.ts'

/** How a job ended that no run could end. */
export type GivenUpEnd = {
  readonly state: 'failed' | 'cancelled'
  readonly createdAt: number
  readonly finishedAt: number
  /** Messages were inserted. */
  readonly told: boolean
}

/**
 * Ends a job without its run, fenced: what is stored of it can't be read, so nobody can say which step it is at. Its journal
 * stays as it is. One that was cancelled tells of no failure. By primary key; one row, and the messages of its end.
 */
const GIVE_UP = statement({
  name: 'give-up',
  text: `
with moved as (
  update job set
    state = case when cancel_at is null then 'failed' else 'cancelled' end,
    finished_at = clock_timestamp(),
    holder = null,
    current_step = null,
    progress = null,
    sealed_inputs = null,
    failed_seq = null,
    failed_step = null,
    (${FAILED_COLUMNS}) = row(${failureFrom(`(case when cancel_at is null then $4::json end)`)})
  where id = $1 and tenant = $2 and fence = $3::bigint and finished_at is null
  returning id, tenant, state, created_at, finished_at, last_seq as was, last_seq as now, true as over, callbacks
), ${insertMessages('moved')}
select state, created_at, finished_at, exists (select from told) as told from moved`,
})

type GivenUpRow = { state: GivenUpEnd['state']; created_at: number; finished_at: number; told: boolean }

/** Ends a job that is held, for good; null: another holds it, or it is over. */
export async function giveUpJob(
  database: Database,
  { tenant, id, fence }: JobHold,
  failure: FailureOfStep,
): Promise<GivenUpEnd | null> {
  const [row] = await database.query<GivenUpRow>(GIVE_UP, [id, tenant, fence, writeFailure(failure)])
  if (row === undefined) return null
  const { state, created_at: createdAt, finished_at: finishedAt, told } = row
  return { state, createdAt, finishedAt, told }
}
