import { concludeFailed } from './call.ts'
import { handlerOf } from './catch.ts'
import type { Entry } from './entry.ts'
import { failureOfError } from './failure.ts'
import { makeValue } from './made.ts'
import { recordFailedBelow, recordFailure, recordMade, recordMark, recordStopped } from './record.ts'
import { retryOf } from './retry.ts'
import type { Conclusion, Failure, StepFrame } from './state.ts'

/** Puts on record how a step ended; or that another attempt, or a catch, follows. */
export function close(frame: StepFrame): Entry | null {
  const { conclusion } = frame
  switch (conclusion?.kind) {
    case 'made':
      return recordMade(frame, conclusion.made)
    case 'stopped':
      return recordStopped(frame, conclusion.variables)
    case 'failed':
      return closeFailed(frame, conclusion)
    case 'value':
      return closeWith(frame, conclusion.value)
    case undefined:
      return null
  }
}

/** The value of an action is taken only now. One that can't be makes the step fail. */
function closeWith(frame: StepFrame, value: unknown): Entry | null {
  const { sequence } = frame
  let made: ReturnType<typeof makeValue>
  try {
    made = makeValue(sequence, value, false)
  } catch (error) {
    frame.conclusion = null
    if (frame.flow === null && frame.caught === null) {
      concludeFailed(frame, error, null, false)
      return null
    }
    return recordFailedBelow(frame, error)
  }
  return recordMade(frame, made)
}

function closeFailed(frame: StepFrame, conclusion: Conclusion & { kind: 'failed' }): Entry | null {
  const { sequence, path, attempt, halted } = frame
  const { failure, finishedAt, variables } = conclusion
  const isCut = halted !== null && halted !== 'timeout' && halted !== 'failed'
  if (isCut) return recordFailure(frame, failure, finishedAt, variables)
  const again = conclusion.again ?? (frame.call === null ? retryOf(frame, failure, null) : null)
  if (again !== null) {
    const attempted = { startedAt: frame.attemptAt, finishedAt, error: failure.error }
    const until = sequence.run.context.clock.now() + again.afterMs
    return recordMark(sequence, path, { kind: 'attempt', rule: again.rule, attempt: attempted, until })
  }
  let handler: number | null
  try {
    handler = handlerOf(frame, failure)
  } catch (error) {
    const untold = { ...failureOfError(frame, error), inner: failure }
    return recordFailure(frame, untold, finishedAt, variables, failure)
  }
  if (handler === null) return recordFailure(frame, failure, finishedAt, variables)
  return recordMark(sequence, path, { kind: 'caught', handler, failure: withStart(failure, frame), attempt })
}

function withStart(failure: Failure, { startedAt }: StepFrame): Failure {
  return failure.startedAt === startedAt ? failure : { ...failure, startedAt }
}
