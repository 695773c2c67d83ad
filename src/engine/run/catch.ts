import { innermost, isNamed, namesChild } from './failure.ts'
import { conditionHolds } from './condition.ts'
import type { Failure, StepFrame } from './state.ts'

/** Which catch of a step holds a failure; null: none. Throws where a condition can't be told. */
export function handlerOf(frame: StepFrame, failure: Failure): number | null {
  const catches = frame.step.flow?.catches ?? []
  if (catches.length === 0 || frame.caught !== null || isUnstoppable(failure)) return null
  const { run } = frame.sequence
  run.judged = failure
  run.now = null
  try {
    const index = catches.findIndex(
      ({ on, condition }) => holds(on, failure) && (condition === null || conditionHolds(frame.sequence, condition)),
    )
    return index < 0 ? null : index
  } finally {
    run.judged = null
  }
}

/** The end of the job is held by nothing. */
function isUnstoppable(failure: Failure): boolean {
  const { cause } = innermost(failure)
  return cause === 'cancelled' || cause === 'job-timeout' || cause === 'step-runs'
}

function holds(on: readonly string[] | null, failure: Failure): boolean {
  if (on === null) return isHeldByDefault(failure)
  for (let at: Failure | null = failure; at !== null; at = at.inner) {
    if (isNamed(on, at) || namesChild(on, at)) return true
  }
  return false
}

/** Every failure but one that is meant to end the job, or a cancel. */
export function isHeldByDefault(failure: Failure): boolean {
  const { status } = innermost(failure)
  return !isUnstoppable(failure) && status !== 'KILLED_MANUALLY' && status !== 'STEP_LIMIT_EXCEED'
}
