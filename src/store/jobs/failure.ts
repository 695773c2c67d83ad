import { STATUS_VALUES, type FinalStatus } from '../../engine/status.ts'

/** What a job says of the step that explains it. Texts without what Postgres' texts can't hold. */
export type FailureOfStep = {
  readonly action: string
  readonly status: FinalStatus
  /** The type of its error. */
  readonly type: string
  readonly message: string
}

/** The same as columns of a job; null where nothing failed, and in jobs that the version before wrote. */
export type StoredFailure = {
  readonly failed_step: string | null
  readonly failed_action: string | null
  readonly failed_status: number | null
  readonly failed_type: string | null
  readonly failed_message: string | null
}

/** These columns of the job `j`. */
export const FAILURE_COLUMNS = 'j.failed_step, j.failed_action, j.failed_status, j.failed_type, j.failed_message'

/** The columns that `failureFrom` gives, in its order. */
export const FAILED_COLUMNS = 'failed_action, failed_status, failed_type, failed_message'

/**
 * A failure on its way into the columns failed_action, failed_status, failed_type, failed_message: one parameter for all of
 * them, null for nearly every job.
 */
export function writeFailure(failure: FailureOfStep | null | undefined): string | null {
  if (failure == null) return null
  const { action, status, type, message } = failure
  return JSON.stringify([action, STATUS_VALUES[status], type, message])
}

/** The four columns of what `writeFailure` wrote, in that order. @param json the SQL that names it, as json */
export function failureFrom(json: string): string {
  return `${json} ->> 0, (${json} ->> 1)::smallint, ${json} ->> 2, ${json} ->> 3`
}
