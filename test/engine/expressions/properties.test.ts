import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExpressionError } from '../../../src/engine/expressions/error.ts'
import { parseExpression } from '../../../src/engine/expressions/expression.ts'
import { typeMistakes } from '../../../src/engine/expressions/types.ts'
import { fuzzing } from '../../support/fuzzing.ts'
import { evaluateText } from './evaluateText.ts'

/** An expression beside what it must give, said a second time and in another way. */
type Case = { readonly text: string; readonly gives: () => unknown }

/** What has no value: the expression must fail. */
class NoValue extends Error {}

const fail = (): never => {
  throw new NoValue()
}

const literals: readonly Case[] = [
  ...[0, 1, 2, 3, 7, -1, 0.5, 1e300].map((value) => ({ text: `(${value})`, gives: () => value })),
  ...[true, false, null].map((value) => ({ text: `${value}`, gives: () => value })),
  ...['', 'a', 'b', 'ab', '🐎', '～'].map((value) => ({ text: JSON.stringify(value), gives: () => value })),
  { text: 'n', gives: () => 5 },
  { text: 'list', gives: () => [1, 'a', null, [2]] },
  { text: 'o', gives: () => ({ a: 1, b: { c: 'x' } }) },
  { text: 'nothing', gives: () => null },
]

const isNumber = (value: unknown): value is number => typeof value === 'number'
const isText = (value: unknown): value is string => typeof value === 'string'
const codePoints = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) as number)

function number(value: number): number {
  return Number.isFinite(value) ? (Object.is(value, -0) ? 0 : value) : fail()
}

/** JSON with the keys of objects in order: equal for equal values. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

function order(left: unknown, right: unknown): number {
  if (isNumber(left) && isNumber(right)) return left - right
  if (!isText(left) || !isText(right)) return fail()
  const [a, b] = [codePoints(left), codePoints(right)]
  const at = a.findIndex((code, i) => code !== b[i])
  return at < 0 ? a.length - b.length : (a[at] as number) - (b[at] ?? -1)
}

const truth = (value: unknown): boolean => (value === null ? false : typeof value === 'boolean' ? value : fail())

const operators: Readonly<Record<string, (left: () => unknown, right: () => unknown) => unknown>> = {
  '==': (left, right) => canonical(left()) === canonical(right()),
  '!=': (left, right) => canonical(left()) !== canonical(right()),
  '<': (left, right) => order(left(), right()) < 0,
  '<=': (left, right) => order(left(), right()) <= 0,
  '>': (left, right) => order(left(), right()) > 0,
  '>=': (left, right) => order(left(), right()) >= 0,
  '&&': (left, right) => truth(left()) && truth(right()),
  '||': (left, right) => truth(left()) || truth(right()),
  '+': (l, r) => {
    const [left, right] = [l(), r()]
    if (isNumber(left) && isNumber(right)) return number(left + right)
    if (isText(left) && isText(right)) return `${left}${right}`
    return Array.isArray(left) && Array.isArray(right) ? left.concat(right) : fail()
  },
  '-': (left, right) => numeric(left(), right(), (a, b) => a - b),
  '*': (left, right) => numeric(left(), right(), (a, b) => a * b),
  '/': (left, right) => numeric(left(), right(), (a, b) => (b === 0 ? fail() : a / b)),
  '%': (left, right) => numeric(left(), right(), (a, b) => (b === 0 ? fail() : remainder(a, b))),
  in: (l, r) => {
    const [left, right] = [l(), r()]
    if (right === null) return false
    if (Array.isArray(right)) return right.map(canonical).includes(canonical(left))
    if (isText(right)) return isText(left) ? right.split(left).length > 1 || left === '' : fail()
    return typeof right === 'object' ? isText(left) && Object.keys(right).includes(left) : fail()
  },
}

function numeric(left: unknown, right: unknown, operate: (a: number, b: number) => number): number {
  return isNumber(left) && isNumber(right) ? number(operate(left, right)) : fail()
}

/** With the divisor's sign. */
function remainder(a: number, b: number): number {
  const rest = Math.abs(a) % Math.abs(b)
  if (rest === 0) return 0
  const positive = a < 0 === b < 0 ? rest : Math.abs(b) - rest
  return b < 0 ? -positive : positive
}

const expressions: fc.Arbitrary<Case> = fc.letrec<{ part: Case }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(...literals),
    fc.tuple(tie('part'), fc.constantFrom(...Object.keys(operators)), tie('part')).map(
      ([left, operator, right]): Case => ({
        text: `(${left.text} ${operator} ${right.text})`,
        gives: () => operators[operator]?.(left.gives, right.gives),
      }),
    ),
    tie('part').map(({ text, gives }): Case => ({ text: `(!${text})`, gives: () => !truth(gives()) })),
    fc.tuple(tie('part'), tie('part'), tie('part')).map(
      ([when, yes, no]): Case => ({
        text: `(${when.text} ? ${yes.text} : ${no.text})`,
        gives: () => (truth(when.gives()) ? yes.gives() : no.gives()),
      }),
    ),
    fc.array(tie('part'), { maxLength: 3 }).map(
      (items): Case => ({
        text: `[${items.map(({ text }) => text).join(', ')}]`,
        gives: () => items.map(({ gives }) => gives()),
      }),
    ),
    fc.tuple(tie('part'), fc.constantFrom('a', 'b', 'c', 'length')).map(
      ([of, name]): Case => ({
        text: `${of.text}.${name}`,
        gives: () => property(of.gives(), name),
      }),
    ),
    fc.tuple(tie('part'), tie('part')).map(
      ([of, at]): Case => ({
        text: `${of.text}[${at.text}]`,
        gives: () => item(of.gives(), at.gives()),
      }),
    ),
  ),
})).part

function property(of: unknown, name: string): unknown {
  const entries = typeof of === 'object' && of !== null && !Array.isArray(of) ? Object.entries(of) : []
  return entries.find(([key]) => key === name)?.[1] ?? null
}

function item(of: unknown, at: unknown): unknown {
  if (isText(at)) return property(of, at)
  if (!Number.isInteger(at)) return null
  if (!Array.isArray(of) && !isText(of)) return null
  return Array.from<unknown>(of).at(at as number) ?? null
}

test('any expression gives what a second evaluator says, or fails where that has no value', () => {
  const roots = { n: 5, list: [1, 'a', null, [2]], o: { a: 1, b: { c: 'x' } } }
  let valued = 0
  fc.assert(
    fc.property(expressions, ({ text, gives }) => {
      const expected = outcome(gives, NoValue)
      expect(outcome(() => evaluateText(text, roots), ExpressionError)).toEqual(expected)
      if (expected !== 'fails') valued++
    }),
    fuzzing(2000),
  )
  expect(valued).toBeGreaterThan(200)
})

test('what has a value betrays no mistake', () => {
  const roots = { n: 5, list: [1, 'a', null, [2]], o: { a: 1, b: { c: 'x' } } }
  let valued = 0
  fc.assert(
    fc.property(expressions, ({ text }) => {
      // Parts that are not looked at may be mistakes.
      if (/&&|\|\||\?/.test(text) || outcome(() => evaluateText(text, roots), ExpressionError) === 'fails') return
      valued++
      expect(typeMistakes(parseExpression(text))).toEqual([])
    }),
    fuzzing(2000),
  )
  expect(valued).toBeGreaterThan(100)
})

function outcome(run: () => unknown, failure: typeof NoValue | typeof ExpressionError): { value: unknown } | 'fails' {
  try {
    return { value: run() }
  } catch (error) {
    if (error instanceof failure) return 'fails'
    throw error
  }
}
