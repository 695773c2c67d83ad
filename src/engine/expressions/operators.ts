import { ExpressionError } from './error.ts'
import { equals, orderOf } from './compare.ts'
import { includes } from '../values/search.ts'
import { durationOf, timestampAt } from './moments/moment.ts'
import type { BinaryOperator, Node } from './node.ts'
import { Duration, isValueObject, Timestamp, typeOf, type Value } from './value.ts'
import { costOfSearch, type Work } from './work.ts'

/** What an operator needs beside its two values: the text they came from, for its errors. */
export type Operands = { readonly text: string; readonly left: Node; readonly right: Node; readonly work: Work }

/** Applies an operator to two values. Throws an `ExpressionError` that names the part that does not fit. */
export function operate(operator: BinaryOperator, left: Value, right: Value, operands: Operands): Value {
  switch (operator) {
    case '==':
      return equals(left, right, operands.work)
    case '!=':
      return !equals(left, right, operands.work)
    case '<':
      return order(operator, left, right, operands) < 0
    case '<=':
      return order(operator, left, right, operands) <= 0
    case '>':
      return order(operator, left, right, operands) > 0
    case '>=':
      return order(operator, left, right, operands) >= 0
    case 'in':
      return isIn(left, right, operands)
    case '+':
      return add(left, right, operands)
    case '-':
      return subtract(left, right, operands)
    default:
      return arithmetic(operator, left, right, operands)
  }
}

/** The part of an expression that a node stands for, as it was written; long ones are cut. */
export function partOf(text: string, { start, end }: Node): string {
  const part = text.slice(start, end)
  return part.length <= 100 ? part : `${part.slice(0, 99)}…`
}

const NAMES = {
  null: 'null',
  bool: 'a boolean',
  number: 'a number',
  string: 'a text',
  list: 'a list',
  object: 'an object',
  timestamp: 'a timestamp',
  duration: 'a duration',
} as const

/** What a value is, in words. */
export function describe(value: Value): string {
  return NAMES[typeOf(value)]
}

/** The error for two values that an operator does not take: null is named first, since it is mostly what is missing. */
function misfit(operator: string, takes: string, left: Value, right: Value, operands: Operands): ExpressionError {
  const leftPart = partOf(operands.text, operands.left)
  const rightPart = partOf(operands.text, operands.right)
  if (left === null) return new ExpressionError(`${leftPart} is null; ${operator} takes ${takes}`)
  if (right === null) return new ExpressionError(`${rightPart} is null; ${operator} takes ${takes}`)
  const what = `${leftPart} is ${describe(left)}, ${rightPart} is ${describe(right)}`
  return new ExpressionError(`${what}; ${operator} takes ${takes}`)
}

function order(operator: string, left: Value, right: Value, operands: Operands): number {
  const result = orderOf(left, right, operands.work)
  if (result !== undefined) return result
  throw misfit(operator, 'two numbers, two texts, two timestamps or two durations', left, right, operands)
}

function isIn(left: Value, right: Value, operands: Operands): boolean {
  const { work } = operands
  if (right === null) return false
  if (Array.isArray(right)) {
    return right.some((item) => {
      work.spend(1)
      return equals(left, item, work)
    })
  }
  if (isValueObject(right)) return typeof left === 'string' && Object.hasOwn(right, left)
  if (typeof right === 'string' && typeof left === 'string') {
    work.spend(costOfSearch(right, left))
    return includes(right, left)
  }
  throw misfit('in', 'a list, an object, or two texts', left, right, operands)
}

function add(left: Value, right: Value, operands: Operands): Value {
  const { work } = operands
  if (typeof left === 'number' && typeof right === 'number') return finite('+', left + right, operands)
  if (typeof left === 'string' && typeof right === 'string') {
    work.refuseAbove(work.bytesOf(left) + work.bytesOf(right) - 2)
    return left + right
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    work.refuseAbove(work.bytesOf(left) + work.bytesOf(right) - 1)
    work.spend(left.length + right.length)
    return [...left, ...right]
  }
  if (left instanceof Duration && right instanceof Duration) return durationOf(left.milliseconds + right.milliseconds)
  if (left instanceof Timestamp && right instanceof Duration) return timestampAt(left.milliseconds + right.milliseconds)
  if (left instanceof Duration && right instanceof Timestamp) return timestampAt(left.milliseconds + right.milliseconds)
  throw misfit('+', 'two numbers, two texts, two lists, or a timestamp and a duration', left, right, operands)
}

function subtract(left: Value, right: Value, operands: Operands): Value {
  if (typeof left === 'number' && typeof right === 'number') return finite('-', left - right, operands)
  if (right instanceof Duration) {
    if (left instanceof Duration) return durationOf(left.milliseconds - right.milliseconds)
    if (left instanceof Timestamp) return timestampAt(left.milliseconds - right.milliseconds)
  }
  if (left instanceof Timestamp && right instanceof Timestamp) return durationOf(left.milliseconds - right.milliseconds)
  throw misfit('-', 'two numbers, two timestamps, or a duration from either', left, right, operands)
}

function arithmetic(operator: '*' | '/' | '%', left: Value, right: Value, operands: Operands): number {
  if (typeof left !== 'number' || typeof right !== 'number')
    throw misfit(operator, 'two numbers', left, right, operands)
  if (operator === '*') return finite('*', left * right, operands)
  if (right === 0)
    throw new ExpressionError(`${partOf(operands.text, operands.right)} is 0; ${operator} can't divide by it`)
  return finite(operator, operator === '/' ? left / right : modulo(left, right), operands)
}

/** The remainder with the divisor's sign, as Python has it. */
function modulo(left: number, right: number): number {
  const rest = left % right
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest
}

/** A number that JSON can hold; -0 becomes 0, which is how JSON's readers know it. */
function finite(operator: string, value: number, { text, left, right }: Operands): number {
  if (Number.isFinite(value)) return value + 0
  throw new ExpressionError(`${partOf(text, left)} ${operator} ${partOf(text, right)} is too large a number`)
}
