import { resolveValue } from '../resolve.ts'
import type { Sequence, StepFrame, StepResult } from '../state.ts'
import type { Json } from '../../values/json.ts'

/** The `output` of a step with branches, in which their ids name what they gave. */
export function branchOutput(frame: StepFrame, values: Readonly<Record<string, Json>>): Json {
  const { flow } = frame.step
  if (flow?.output == null) return null
  const results = (flow.branches ?? []).map(
    ({ id }): StepResult =>
      Object.hasOwn(values, id)
        ? { status: 'DONE', returnValue: values[id] ?? null }
        : { status: 'NONE', returnValue: null },
  )
  const { sequence, index } = frame
  const named: Sequence = {
    ...sequence,
    plan: flow.named,
    results,
    outer: { sequence, index },
    round: null,
    failure: null,
    handles: null,
  }
  return resolveValue(named, flow.output)
}
