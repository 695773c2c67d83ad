import type { FailureOfStep } from '../../store/jobs/failure.ts'

/** Why a job failed that could not be taken up so often: which step it was at is not known. The log has the cause. */
export function unreadable(maxTakeovers: number): FailureOfStep {
  const message = `what is stored of the job can't be read, or its run breaks: tried ${maxTakeovers + 1} times; the log has the cause`
  return { action: '', status: 'UNHANDLED_EXCEPTION', type: 'GivenUp', message }
}
