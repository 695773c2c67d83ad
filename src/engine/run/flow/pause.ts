import { conclude } from '../conclude.ts'
import type { FlowRun, StepFrame } from '../state.ts'
import type { Json } from '../../values/json.ts'

/** A step of a block that only waits, up to the moment that was decided. It gives null, as its block would. */
export function openPause(frame: StepFrame, decision: Json): FlowRun {
  const until = typeof decision === 'number' ? decision : frame.attemptAt
  frame.wait = { kind: 'sleep', since: frame.attemptAt, until }
  const awoke = (): null => {
    conclude(frame, { kind: 'value', value: null })
    return null
  }
  return { over: () => undefined, awoke }
}
