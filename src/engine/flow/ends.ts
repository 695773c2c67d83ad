import { conclude } from '../run/conclude.ts'
import { childFailed } from '../run/failure.ts'
import type { Failure, Sequence, StepFrame } from '../run/state.ts'

/** A step gives what the only sequence below it gave, or fails with it. */
export function endWith(frame: StepFrame, { failure, value }: Sequence): void {
  if (failure !== null) failBelow(frame, failure)
  else conclude(frame, { kind: 'value', value })
}

/** A step fails because one below it did. */
export function failBelow(frame: StepFrame, failure: Failure): void {
  const finishedAt = frame.sequence.run.context.clock.now()
  conclude(frame, { kind: 'failed', failure: childFailed(frame, failure), finishedAt, variables: null, again: null })
}
