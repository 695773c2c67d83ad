import { FAILURE_COLUMNS, type StoredFailure } from './failure.ts'
import type { JobState } from './jobState.ts'

/** What is read of a job wherever it is told: in an answer, in a message, as the end of its events. */
export type JobRow = StoredFailure & {
  readonly tenant: string
  readonly id: string
  /** Tells it from an earlier job of the same id. */
  readonly nonce: string
  readonly state: JobState
  readonly created_at: number
  readonly scheduled_for: number | null
  readonly started_at: number | null
  readonly finished_at: number | null
  readonly created_by: string | null
  /** How often another replica had to go on with it. */
  readonly takeovers: number
  /** The last seq that was told. */
  readonly recorded: number
  /** The steps among what was told: waits are told too. */
  readonly step_runs: number
  readonly output_omitted: boolean
}

/** These columns of the job `j`. How many of its steps are on record costs a range of the primary key of wait. */
export const JOB_COLUMNS = `j.tenant, j.id, j.nonce, j.state, j.created_at, j.scheduled_for, j.started_at, j.finished_at, j.created_by,
       coalesce(j.takeovers_total, 0) as takeovers, ${FAILURE_COLUMNS}, greatest(j.last_seq, j.recorded) as recorded,
       greatest(j.last_seq, j.recorded) - (
         select count(*)::int from wait w where w.job_id = j.id and w.tenant = j.tenant
       ) as step_runs, j.output_omitted`
