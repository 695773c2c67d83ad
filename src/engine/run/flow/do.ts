import { Type } from 'typebox'
import type { FlowAction } from '../flowAction.ts'
import { openBelow } from '../open.ts'
import { endWith } from './ends.ts'

/** Runs its steps in order: a group with one condition, one catch, one time-out. Gives the value of its last step. */
export const doSteps: FlowAction = {
  action: 'FLOW.DO',
  description: 'Runs steps in order, as a group.',
  keywords: ['group', 'try', 'catch', 'try catch', 'block', 'sequence', 'scope'],
  parameters: Type.Object({}),
  returns: Type.Unknown(),
  shape: { steps: 'must', output: 'may', timeout: 'may' },
  open: (frame) => {
    const plan = frame.step.flow?.steps
    if (plan != null) openBelow(frame, plan, null)
    return { over: (sequence) => endWith(frame, sequence) }
  },
}
