import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { isTruthy } from '../../engine/values/truth.ts'

const twoValues = Type.Object({
  value1: Type.Unknown({ description: 'The first value.' }),
  value2: Type.Unknown({ description: 'The second value.' }),
})

export const logicalNot = defineBlock({
  action: 'LOGIC.LOGICAL_NOT',
  title: 'Not',
  description: 'Gives true for a falsy value and false for a truthy one.',
  keywords: ['not'],
  parameters: Type.Object({ value: Type.Unknown({ description: 'Any value.' }) }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: 0 }, returns: true }],
  run: ({ value }) => !isTruthy(value),
})

export const logicalOr = defineBlock({
  action: 'LOGIC.LOGICAL_OR',
  title: 'Or',
  description: 'Gives the first value if it is truthy, else the second.',
  keywords: ['or'],
  parameters: twoValues,
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: '', value2: 'x' }, returns: 'x' }],
  run: ({ value1, value2 }) => (isTruthy(value1) ? value1 : value2),
})

export const logicalAnd = defineBlock({
  action: 'LOGIC.LOGICAL_AND',
  title: 'And',
  description: 'Gives the second value if the first is truthy, else the first.',
  keywords: ['and'],
  parameters: twoValues,
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 'y', value2: 'x' }, returns: 'x' }],
  run: ({ value1, value2 }) => (isTruthy(value1) ? value2 : value1),
})

export const logicalNor = defineBlock({
  action: 'LOGIC.LOGICAL_NOR',
  title: 'Neither',
  description: 'Tells whether both values are falsy.',
  parameters: twoValues,
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 0, value2: '' }, returns: true }],
  run: ({ value1, value2 }) => !(isTruthy(value1) || isTruthy(value2)),
})

export const logicalNand = defineBlock({
  action: 'LOGIC.LOGICAL_NAND',
  title: 'Not both',
  description: 'Tells whether at least one of two values is falsy.',
  parameters: twoValues,
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 1, value2: 1 }, returns: false }],
  run: ({ value1, value2 }) => !(isTruthy(value1) && isTruthy(value2)),
})

export const logicalXor = defineBlock({
  action: 'LOGIC.LOGICAL_XOR',
  title: 'Exactly one',
  description: 'Tells whether exactly one of two values is truthy.',
  parameters: twoValues,
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 1, value2: 0 }, returns: true }],
  run: ({ value1, value2 }) => isTruthy(value1) !== isTruthy(value2),
})

export const logicalXnor = defineBlock({
  action: 'LOGIC.LOGICAL_XNOR',
  title: 'Both or neither',
  description: 'Tells whether two values are both truthy or both falsy.',
  parameters: twoValues,
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 0, value2: '' }, returns: true }],
  run: ({ value1, value2 }) => isTruthy(value1) === isTruthy(value2),
})

/** The blocks that combine truth values. */
export const logicalBlocks: readonly Block[] = [
  logicalNot,
  logicalOr,
  logicalAnd,
  logicalNor,
  logicalNand,
  logicalXor,
  logicalXnor,
]
