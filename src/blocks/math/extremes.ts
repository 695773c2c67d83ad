import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument } from '../../engine/errors.ts'
import { compare, typeName } from '../comparison.ts'

const twoValues = Type.Object({
  value1: Type.Unknown({ description: 'The first value.' }),
  value2: Type.Unknown({ description: 'The second value, of the same type.' }),
})
const oneList = Type.Object({
  list: Type.Array(Type.Unknown(), { description: 'The values, at least one, all of the same type.' }),
})

export const max = defineBlock({
  action: 'MATH.MAX',
  title: 'Largest of two',
  description: 'Gives the larger of two numbers, texts or lists; values of unlike types are an error.',
  parameters: twoValues,
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { value1: 1, value2: 2 }, returns: 2 },
    { parameters: { value1: 'a', value2: 'b' }, returns: 'b' },
  ],
  run: ({ value1, value2 }) => extreme([value1, value2], 1),
})

export const min = defineBlock({
  action: 'MATH.MIN',
  title: 'Smallest of two',
  description: 'Gives the smaller of two numbers, texts or lists; values of unlike types are an error.',
  parameters: twoValues,
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 1, value2: 2 }, returns: 1 }],
  run: ({ value1, value2 }) => extreme([value1, value2], -1),
})

export const maxList = defineBlock({
  action: 'MATH.MAX_LIST',
  title: 'Largest of a list',
  description: 'Gives the largest value of a list, which must not be empty.',
  parameters: oneList,
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { list: [4, 9, 2] }, returns: 9 }],
  run: ({ list }) => extreme(list, 1),
})

export const minList = defineBlock({
  action: 'MATH.MIN_LIST',
  title: 'Smallest of a list',
  description: 'Gives the smallest value of a list, which must not be empty.',
  parameters: oneList,
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { list: [4, 2] }, returns: 2 }],
  run: ({ list }) => extreme(list, -1),
})

/** The first of the values that is farthest in a direction. */
function extreme(values: readonly unknown[], direction: 1 | -1): unknown {
  if (values.length === 0) throw new InvalidArgument('the list must not be empty')
  return values.reduce((best, value) => (compare(value, best) * direction > 0 ? value : best))
}

export const abs = defineBlock({
  action: 'MATH.ABS',
  title: 'Absolute value',
  description: 'Gives a number without its sign.',
  parameters: Type.Object({ value: Type.Unknown({ description: 'The number.' }) }),
  returns: Type.Number(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: -4.5 }, returns: 4.5 }],
  run: ({ value }) => {
    if (typeof value === 'number' || typeof value === 'boolean') return Math.abs(Number(value))
    throw new TypeError(`only a number has an absolute value, not ${typeName(value)}`)
  },
})

/** The blocks that compare numbers, or take their size. */
export const extremeBlocks: readonly Block[] = [max, min, maxList, minList, abs]
