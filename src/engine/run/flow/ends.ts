import { isPathTooLong, MAX_PATH } from '../../plan/longestPath.ts'
import type { SequencePlan } from '../../plan/tree.ts'
import { conclude } from '../conclude.ts'
import { childFailed, failureOf } from '../failure.ts'
import type { Failure, Sequence, StepFrame } from '../state.ts'

/** A step gives what the only sequence below it gave, or fails with it. */
export function endWith(frame: StepFrame, { failure, value }: Sequence): void {
  if (failure !== null) failBelow(frame, failure)
  else conclude(frame, { kind: 'value', value })
}

/** A step fails because one below it did. */
export function failBelow(frame: StepFrame, failure: Failure): void {
  failWith(frame, childFailed(frame, failure))
}

/** A step fails by itself. */
export function failWith(frame: StepFrame, failure: Failure): void {
  const finishedAt = frame.sequence.run.context.clock.now()
  conclude(frame, { kind: 'failed', failure, finishedAt, variables: null, again: null })
}

/** Why a round of a step can't begin; null: it can. */
export function refusalOfRound(frame: StepFrame, steps: SequencePlan, round: number): Failure | null {
  const path = `${frame.path}/${round}`
  if (!isPathTooLong(path, steps)) return null
  const message = `the round ${round} would have a path of more than ${MAX_PATH} characters`
  return failureOf(frame, 'UNHANDLED_EXCEPTION', { type: 'PathTooLong', message })
}
