import { Type } from 'typebox'
import type { FlowAction } from '../flowAction.ts'
import type { Sequence } from '../state.ts'

/** Ends the job here, well. After a failure it ends nothing. */
export const end: FlowAction = {
  action: 'FLOW.END',
  description: 'Ends the job here, well.',
  keywords: ['return', 'exit', 'stop', 'break', 'finish', 'done'],
  parameters: Type.Object({ output: Type.Optional(Type.Unknown({ description: "The job's output." })) }),
  returns: Type.Null(),
  shape: {},
  instant: ({ sequence }, parameters) => {
    if (isAfterFailure(sequence)) return { value: null }
    const given = Object.hasOwn(parameters, 'output')
    return { end: { given, output: given ? (parameters['output'] ?? null) : null } }
  },
}

/** Whether anything around failed, was cancelled or stopped, or was ended already. */
function isAfterFailure(from: Sequence): boolean {
  for (let sequence: Sequence | null = from; sequence !== null; ) {
    if (sequence.mode !== 'running') return true
    sequence = sequence.owner?.kind === 'frame' ? sequence.owner.sequence : null
  }
  return false
}
