import type { RegisteredBlock } from '../registeredBlock.ts'
import type { SequencePlan, StepPlan } from '../plan/tree.ts'

/** The step at an index of a sequence, where there is one. */
export function stepAt({ steps }: SequencePlan, index: number): StepPlan {
  const step = steps[index]
  if (step === undefined) throw new RangeError(`the sequence has no step ${index}`)
  return step
}

/** The block of a step that is not failed from the start. */
export function blockOf({ block, definition }: StepPlan): RegisteredBlock {
  if (block === undefined) throw new TypeError(`no block ${definition.action} is registered`)
  return block
}
