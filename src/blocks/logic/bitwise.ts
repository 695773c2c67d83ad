import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { typeName } from '../comparison.ts'

/** JavaScript's own operators cut integers to 32 bits. */
type Operation = (left: bigint, right: bigint) => bigint

const result = Type.Union([Type.Integer(), Type.Boolean()])
const twoValues = Type.Object({
  value1: Type.Unknown({ description: 'The first integer.' }),
  value2: Type.Unknown({ description: 'The second integer.' }),
})

export const bitwiseNot = defineBlock({
  action: 'LOGIC.BITWISE_NOT',
  title: 'Invert bits',
  description: 'Inverts all bits of an integer.',
  parameters: Type.Object({ value: Type.Unknown({ description: 'The integer.' }) }),
  returns: Type.Integer(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: 5 }, returns: -6 }],
  run: ({ value }) => Number(~toBits(value)),
})

export const bitwiseOr = defineBlock({
  action: 'LOGIC.BITWISE_OR',
  title: 'Or of bits',
  description: 'Sets the bits that at least one of two integers has.',
  parameters: twoValues,
  returns: result,
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 12, value2: 10 }, returns: 14 }],
  run: ({ value1, value2 }) => operate(value1, value2, (left, right) => left | right),
})

export const bitwiseAnd = defineBlock({
  action: 'LOGIC.BITWISE_AND',
  title: 'And of bits',
  description: 'Sets the bits that both of two integers have.',
  parameters: twoValues,
  returns: result,
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 12, value2: 10 }, returns: 8 }],
  run: ({ value1, value2 }) => operate(value1, value2, (left, right) => left & right),
})

export const bitwiseXor = defineBlock({
  action: 'LOGIC.BITWISE_XOR',
  title: 'Exclusive or of bits',
  description: 'Sets the bits that exactly one of two integers has.',
  parameters: twoValues,
  returns: result,
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 12, value2: 10 }, returns: 6 }],
  run: ({ value1, value2 }) => operate(value1, value2, (left, right) => left ^ right),
})

/** Two booleans give a boolean, as in Python. */
function operate(value1: unknown, value2: unknown, operation: Operation): number | boolean {
  const bits = operation(toBits(value1), toBits(value2))
  return typeof value1 === 'boolean' && typeof value2 === 'boolean' ? bits === 1n : Number(bits)
}

function toBits(value: unknown): bigint {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isInteger(value))) return BigInt(value)
  const what = typeof value === 'number' ? 'a fraction' : typeName(value)
  throw new TypeError(`only integers and booleans have bits, not ${what}`)
}

/** The blocks that work on the bits of numbers. */
export const bitwiseBlocks: readonly Block[] = [bitwiseNot, bitwiseOr, bitwiseAnd, bitwiseXor]
