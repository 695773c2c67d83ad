import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument, StopJob } from '../../engine/errors.ts'
import { isTruthy } from '../../engine/values/truth.ts'
import { compare, jsonEqual } from '../comparison.ts'

const OPERATORS = {
  '=': jsonEqual,
  '!=': (left: unknown, right: unknown) => !jsonEqual(left, right),
  '>': (left: unknown, right: unknown) => compare(left, right) > 0,
  '>=': (left: unknown, right: unknown) => compare(left, right) >= 0,
  '<': (left: unknown, right: unknown) => compare(left, right) < 0,
  '<=': (left: unknown, right: unknown) => compare(left, right) <= 0,
  is: jsonEqual,
  'is not': (left: unknown, right: unknown) => !jsonEqual(left, right),
}

const comparison = Type.Object({
  value1: Type.Unknown({ description: 'The value on the left.' }),
  operator: Type.Union(
    [
      Type.Literal('='),
      Type.Literal('!='),
      Type.Literal('>'),
      Type.Literal('>='),
      Type.Literal('<'),
      Type.Literal('<='),
      Type.Literal('is'),
      Type.Literal('is not'),
    ],
    { description: 'How to compare. `is` is the same as `=`, since values have no identity; order needs like types.' },
  ),
  value2: Type.Unknown({ description: 'The value on the right.' }),
})

export const ifHolds = defineBlock({
  action: 'LOGIC.IF',
  title: 'Compare',
  description: 'Compares two values and tells whether the comparison holds; lists and objects are compared by content.',
  keywords: ['compare', 'condition', 'equals', 'greater', 'less', 'eq'],
  parameters: comparison,
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { value1: 1, operator: '<', value2: 2 }, returns: true },
    { parameters: { value1: [1, 2], operator: '=', value2: [1, 2] }, returns: true },
  ],
  run: ({ value1, operator, value2 }) => OPERATORS[operator](value1, value2),
})

export const ifThenElse = defineBlock({
  action: 'LOGIC.IF_THEN_ELSE',
  title: 'If, then, else',
  description: 'Gives one of two values, depending on whether a third is truthy.',
  keywords: ['ternary', 'coalesce', 'default', 'either', 'cond'],
  parameters: Type.Object({
    value: Type.Unknown({ description: 'The value that decides.' }),
    // oxlint-disable-next-line unicorn/no-thenable -- the name is the reference's, and JSON has no functions to call
    then: Type.Unknown({ description: 'The result if it is truthy.' }),
    otherwise: Type.Unknown({ description: 'The result if it is not.' }),
  }),
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  // oxlint-disable-next-line unicorn/no-thenable -- as above
  examples: [{ parameters: { value: 0, then: 'yes', otherwise: 'no' }, returns: 'no' }],
  run: ({ value, then, otherwise }) => (isTruthy(value) ? then : otherwise),
})

export const assert = defineBlock({
  action: 'LOGIC.ASSERT',
  title: 'Assert',
  description: 'Fails as an invalid argument unless a value is truthy.',
  keywords: ['check', 'require', 'validate', 'ensure'],
  parameters: Type.Object({ value: Type.Unknown({ description: 'What should be truthy.' }) }),
  returns: Type.Null(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: 1 }, returns: null }],
  run: ({ value }) => {
    if (!isTruthy(value)) throw new InvalidArgument(`the value must be truthy, and is ${brief(value)}`)
    return null
  },
})

export const notAssert = defineBlock({
  action: 'LOGIC.NOT_ASSERT',
  title: 'Assert not',
  description: 'Fails as an invalid argument if a value is truthy.',
  parameters: Type.Object({ value: Type.Unknown({ description: 'What should not be truthy.' }) }),
  returns: Type.Null(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: 0 }, returns: null }],
  run: ({ value }) => {
    if (isTruthy(value)) throw new InvalidArgument(`the value must not be truthy, and is ${brief(value)}`)
    return null
  },
})

export const ifAssert = defineBlock({
  action: 'LOGIC.IF_ASSERT',
  title: 'Assert a comparison',
  description: 'Compares two values and fails as an invalid argument unless the comparison holds.',
  parameters: comparison,
  returns: Type.Null(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value1: 1, operator: '=', value2: 1 }, returns: null }],
  run: ({ value1, operator, value2 }) => {
    if (OPERATORS[operator](value1, value2)) return null
    throw new InvalidArgument(`${brief(value1)} ${operator} ${brief(value2)} does not hold`)
  },
})

function brief(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

export const stop = defineBlock({
  action: 'LOGIC.STOP',
  title: 'Stop the job',
  description: 'Stops the job here, as killed manually; of the later steps only forced ones run.',
  keywords: ['exit', 'abort', 'terminate', 'halt', 'cancel'],
  parameters: Type.Object({ message: Type.Optional(Type.String({ description: 'Why, to be shown with the step.' })) }),
  returns: Type.Null(),
  effects: false,
  mutates: false,
  run: ({ message }) => {
    throw new StopJob(message ?? 'the job was stopped by LOGIC.STOP')
  },
})

/** The blocks that decide by a condition. */
export const conditionBlocks: readonly Block[] = [ifHolds, ifThenElse, assert, notAssert, ifAssert, stop]
