import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument } from '../../engine/errors.ts'
import { typeName } from '../comparison.ts'
import { exact, finite } from './finite.ts'

const twoNumbers = Type.Object({
  value1: Type.Number({ description: 'The number on the left.' }),
  value2: Type.Number({ description: 'The number on the right.' }),
})
const number = Type.Object({ value: Type.Number({ description: 'The number.' }) })

export const sum = defineBlock({
  action: 'MATH.SUM',
  title: 'Sum',
  description: 'Adds two numbers.',
  keywords: ['add', 'plus', 'addition'],
  parameters: twoNumbers,
  returns: Type.Number(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 2, value2: 3 }, returns: 5 }],
  run: ({ value1, value2 }) => exact('+', value1, value2, value1 + value2),
})

export const sumList = defineBlock({
  action: 'MATH.SUM_LIST',
  title: 'Sum of a list',
  description: 'Adds all numbers of a list to a start.',
  keywords: ['total', 'aggregate', 'reduce', 'sum'],
  parameters: Type.Object({
    list: Type.Array(Type.Unknown(), { description: 'The numbers to add; true counts as 1, false as 0.' }),
    start: Type.Number({ default: 0, description: 'What to add them to.' }),
  }),
  returns: Type.Number(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { list: [1, 2, 3.5] }, returns: 6.5 },
    { parameters: { list: [], start: 4 }, returns: 4 },
  ],
  run: ({ list, start }) => finite(list.reduce(add, start)),
})

function add(total: number, item: unknown): number {
  const number = addend(item)
  return exact('+', total, number, total + number)
}

function addend(item: unknown): number {
  if (typeof item === 'number' || typeof item === 'boolean') return Number(item)
  throw new TypeError(`only numbers can be added, not ${typeName(item)}`)
}

export const sub = defineBlock({
  action: 'MATH.SUB',
  title: 'Subtract',
  description: 'Subtracts the second number from the first.',
  keywords: ['subtract', 'minus'],
  parameters: twoNumbers,
  returns: Type.Number(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 5, value2: 3 }, returns: 2 }],
  run: ({ value1, value2 }) => exact('-', value1, value2, value1 - value2),
})

export const mul = defineBlock({
  action: 'MATH.MUL',
  title: 'Multiply',
  description: 'Multiplies two numbers.',
  keywords: ['multiply', 'times', 'product'],
  parameters: twoNumbers,
  returns: Type.Number(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 2.5, value2: 4 }, returns: 10 }],
  run: ({ value1, value2 }) => exact('*', value1, value2, value1 * value2),
})

export const div = defineBlock({
  action: 'MATH.DIV',
  title: 'Divide',
  description: 'Divides the first number by the second, which must not be 0.',
  keywords: ['divide', 'quotient'],
  parameters: twoNumbers,
  returns: Type.Number(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 1, value2: 4 }, returns: 0.25 }],
  run: ({ value1, value2 }) => finite(value1 / divisor(value2)),
})

export const mod = defineBlock({
  action: 'MATH.MOD',
  title: 'Remainder',
  description: "Gives the remainder of a division, with the divisor's sign; the divisor must not be 0.",
  keywords: ['modulo', 'remainder'],
  parameters: twoNumbers,
  returns: Type.Number(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { value1: 7, value2: 3 }, returns: 1 },
    { parameters: { value1: -7, value2: 3 }, returns: 2 },
  ],
  run: ({ value1, value2 }) => {
    const rest = value1 % divisor(value2)
    return rest !== 0 && rest < 0 !== value2 < 0 ? exact('+', rest, value2, rest + value2) : finite(rest)
  },
})

function divisor(value: number): number {
  if (value === 0) throw new RangeError('division by zero: value2 must not be 0')
  return value
}

export const exp = defineBlock({
  action: 'MATH.EXP',
  title: 'Power',
  description: 'Raises the first number to the power of the second.',
  keywords: ['power', 'pow', 'exponent'],
  parameters: Type.Object({
    value1: Type.Number({ description: 'The base.' }),
    value2: Type.Number({ description: 'The exponent.' }),
  }),
  returns: Type.Number(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 2, value2: 10 }, returns: 1024 }],
  run: ({ value1, value2 }) => {
    if (value1 === 0 && value2 < 0) throw new RangeError('division by zero: 0 has no negative power')
    return exact('**', value1, value2, value1 ** value2)
  },
})

export const sqrt = defineBlock({
  action: 'MATH.SQRT',
  title: 'Square root',
  description: 'Gives the square root of a number, which must not be negative.',
  parameters: number,
  returns: Type.Number(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: 9 }, returns: 3 }],
  run: ({ value }) => {
    if (value < 0) throw new InvalidArgument('a negative number has no square root; value must be 0 or more')
    return finite(Math.sqrt(value))
  },
})

export const floor = defineBlock({
  action: 'MATH.FLOOR',
  title: 'Round down',
  description: 'Gives the largest integer that is not above a number.',
  keywords: ['round down', 'truncate'],
  parameters: number,
  returns: Type.Integer(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: -1.5 }, returns: -2 }],
  run: ({ value }) => finite(Math.floor(value)),
})

export const ceiling = defineBlock({
  action: 'MATH.CEILING',
  title: 'Round up',
  description: 'Gives the smallest integer that is not below a number.',
  keywords: ['ceil', 'round up'],
  parameters: number,
  returns: Type.Integer(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: -1.5 }, returns: -1 }],
  run: ({ value }) => finite(Math.ceil(value)),
})

/** The blocks that compute. */
export const arithmeticBlocks: readonly Block[] = [sum, sumList, sub, mul, div, mod, exp, sqrt, floor, ceiling]
