import { includes } from '../values/search.ts'
import { hasWrongDigits } from '../values/wholeNumbers.ts'
import { orderOf, valuesEqual } from './compare.ts'
import { ExpressionError } from './error.ts'
import { MissingValue } from './missing.ts'
import { timestampAt, toDuration } from './moments/moment.ts'
import type { BinaryOperator, Node } from './node.ts'
import { Duration, isValueObject, Timestamp, type TypeName, type Value, valueTypeOf } from './value.ts'
import { costOfSearch, type Work } from './work.ts'

/** What an operator needs beside its two values: the text they came from, for its errors. */
export type Operands = { readonly text: string; readonly left: Node; readonly right: Node; readonly work: Work }

/** Applies an operator to two values. Throws an `ExpressionError` that names the part that does not fit. */
export function operate(operator: BinaryOperator, left: Value, right: Value, operands: Operands): Value {
  switch (operator) {
    case '==':
      return valuesEqual(left, right, operands.work)
    case '!=':
      return !valuesEqual(left, right, operands.work)
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
export function sourceOf(text: string, { start, end }: Node): string {
  const part = text.slice(start, end)
  return part.length <= 100 ? part : `${part.slice(0, 99)}…`
}

/** The types of values, in words. */
export const NAMES = {
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
  return NAMES[valueTypeOf(value)]
}

/** The error for two values that an operator does not take: null is named first, since it is mostly what is missing. */
function typesError(operator: BinaryOperator, left: Value, right: Value, operands: Operands): ExpressionError {
  const message = typesMessage(operator, operands, valueTypeOf(left), valueTypeOf(right))
  if (left !== null && right !== null) return new ExpressionError(message)
  return new MissingValue(message, left === null ? operands.left : operands.right)
}

/** The same of what is known of two parts; null: it is not known what one is. */
export function typesMessage(
  operator: BinaryOperator,
  { text, left, right }: Pick<Operands, 'text' | 'left' | 'right'>,
  leftType: TypeName | null,
  rightType: TypeName | null,
): string {
  const takes = `${operator} takes ${TAKES[operator]}`
  const isLeft = leftType === null ? null : `${sourceOf(text, left)} is ${NAMES[leftType]}`
  const isRight = rightType === null ? null : `${sourceOf(text, right)} is ${NAMES[rightType]}`
  if (leftType === 'null') return `${isLeft}; ${takes}`
  if (rightType === 'null') return `${isRight}; ${takes}`
  return `${[isLeft, isRight].filter((what) => what !== null).join(', ')}; ${takes}`
}

const NUMBERS = 'two numbers'
const ORDERED = 'two numbers, two texts, two timestamps or two durations'

/** What each operator takes, in words. */
const TAKES: Readonly<Record<BinaryOperator, string>> = {
  '==': 'anything',
  '!=': 'anything',
  '<': ORDERED,
  '<=': ORDERED,
  '>': ORDERED,
  '>=': ORDERED,
  in: 'a list, an object, or two texts',
  '+': 'two numbers, two texts, two lists, or a timestamp and a duration',
  '-': 'two numbers, two timestamps, or a duration from either',
  '*': NUMBERS,
  '/': NUMBERS,
  '%': NUMBERS,
}

function order(operator: BinaryOperator, left: Value, right: Value, operands: Operands): number {
  const result = orderOf(left, right, operands.work)
  if (result !== undefined) return result
  throw typesError(operator, left, right, operands)
}

function isIn(left: Value, right: Value, operands: Operands): boolean {
  const { work } = operands
  if (right === null) return false
  if (Array.isArray(right)) {
    return right.some((item) => {
      work.spend(1)
      return valuesEqual(left, item, work)
    })
  }
  if (isValueObject(right)) return typeof left === 'string' && Object.hasOwn(right, left)
  if (typeof right === 'string' && typeof left === 'string') {
    work.spend(costOfSearch(right, left))
    return includes(right, left)
  }
  throw typesError('in', left, right, operands)
}

function add(left: Value, right: Value, operands: Operands): Value {
  const { work } = operands
  if (typeof left === 'number' && typeof right === 'number') return exact('+', left, right, left + right, operands)
  if (typeof left === 'string' && typeof right === 'string') {
    work.refuseAbove(work.bytesOf(left) + work.bytesOf(right) - 2)
    return left + right
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    work.refuseAbove(work.bytesOf(left) + work.bytesOf(right) - 1)
    work.spend(left.length + right.length)
    return [...left, ...right]
  }
  if (left instanceof Duration && right instanceof Duration) return toDuration(left.milliseconds + right.milliseconds)
  if (left instanceof Timestamp && right instanceof Duration) return timestampAt(left.milliseconds + right.milliseconds)
  if (left instanceof Duration && right instanceof Timestamp) return timestampAt(left.milliseconds + right.milliseconds)
  throw typesError('+', left, right, operands)
}

function subtract(left: Value, right: Value, operands: Operands): Value {
  if (typeof left === 'number' && typeof right === 'number') return exact('-', left, right, left - right, operands)
  if (right instanceof Duration) {
    if (left instanceof Duration) return toDuration(left.milliseconds - right.milliseconds)
    if (left instanceof Timestamp) return timestampAt(left.milliseconds - right.milliseconds)
  }
  if (left instanceof Timestamp && right instanceof Timestamp) return toDuration(left.milliseconds - right.milliseconds)
  throw typesError('-', left, right, operands)
}

function arithmetic(operator: '*' | '/' | '%', left: Value, right: Value, operands: Operands): number {
  if (typeof left !== 'number' || typeof right !== 'number') throw typesError(operator, left, right, operands)
  if (operator === '*') return exact('*', left, right, left * right, operands)
  if (right === 0)
    throw new ExpressionError(`${sourceOf(operands.text, operands.right)} is 0; ${operator} can't divide by it`)
  return finite(operator, operator === '/' ? left / right : modulo(left, right), operands)
}

/** The remainder with the divisor's sign, as Python has it. */
function modulo(left: number, right: number): number {
  const rest = left % right
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest
}

/** The same of whole numbers, whose result must be right to its last digit. */
function exact(operator: '+' | '-' | '*', left: number, right: number, value: number, operands: Operands): number {
  if (!hasWrongDigits(operator, left, right, value)) return finite(operator, value, operands)
  const { text, left: one, right: other } = operands
  throw new ExpressionError(
    `${sourceOf(text, one)} ${operator} ${sourceOf(text, other)} is a whole number that a double would change`,
  )
}

/** A number that JSON can hold; -0 becomes 0, which is how JSON's readers know it. */
function finite(operator: string, value: number, { text, left, right }: Operands): number {
  if (Number.isFinite(value)) return value + 0
  throw new ExpressionError(`${sourceOf(text, left)} ${operator} ${sourceOf(text, right)} is too large a number`)
}
