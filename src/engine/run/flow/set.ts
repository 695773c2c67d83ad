import { Type } from 'typebox'
import type { FlowAction } from '../flowAction.ts'

/** Gives a value a name. */
export const set: FlowAction = {
  action: 'FLOW.SET',
  description: 'Gives a value a name.',
  keywords: [
    'filter',
    'map',
    'transform',
    'compute',
    'coalesce',
    'let',
    'assign',
    'expression',
    'eval',
    'reduce',
    'pass',
    'unique',
    'distinct',
    'dedupe',
    'group by',
    'sort by',
  ],
  parameters: Type.Object({ value: Type.Unknown({ description: 'Anything.' }) }),
  returns: Type.Unknown(),
  shape: {},
  instant: (_frame, { value }) => ({ value }),
}
