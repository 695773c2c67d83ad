import { ArgumentMistake } from './argument.ts'
import { ExpressionError } from './error.ts'
import type { Call, ExpressionFunction, Kind, Parameter } from './functions/define.ts'
import { MissingValue } from './missing.ts'
import type { CallNode } from './node.ts'
import { describe, sourceOf } from './operators.ts'
import type { Evaluation } from './scope.ts'
import { type TypeName, type Value, valueTypeOf } from './value.ts'

/**
 * Calls a function once its arguments fit. Throws an `ExpressionError` that names the one that does not, or the call as
 * it was written where their types fit and it can't be answered all the same.
 */
export function callFunction(node: CallNode, values: readonly Value[], { text, scope, work }: Evaluation): Value {
  const { calls: called, parts } = node
  const { parameters, least, most } = called
  if (values.length < least || values.length > most) throw new ExpressionError(countMessage(called, values.length))
  const taken: Record<string, unknown> = {}
  const rest: Value[] = []
  for (let i = 0; i < values.length; i++) {
    const parameter = parameters[Math.min(i, parameters.length - 1)]
    const value = values[i]
    const part = parts[i]
    if (parameter === undefined || value === undefined || part === undefined) break
    if (!parameter.kinds.some((kind) => fits(kind, value))) {
      const message = `${sourceOf(text, part)} is ${describe(value)}; ${argumentMessage(called, parameter)}`
      throw value === null ? new MissingValue(message, part) : new ExpressionError(message)
    }
    if (parameter.rest) rest.push(value)
    taken[parameter.name] = parameter.rest ? rest : value
  }
  const call: Call = {
    work,
    scope,
    fail: (message, value) => {
      throw new ArgumentMistake(message, value)
    },
  }
  try {
    return called.run(taken, call)
  } catch (error) {
    if (!(error instanceof ArgumentMistake)) throw error
    throw new ExpressionError(`${sourceOf(text, node)}: ${error.message}`, error.value)
  }
}

/** How many arguments a function takes, in words, beside how many came. */
export function countMessage({ name, least, most }: ExpressionFunction, count: number): string {
  const range =
    most === least ? String(least) : most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`
  return `${name} takes ${range} ${range === '1' ? 'argument' : 'arguments'}, not ${count}`
}

/** What a function takes in a place, in words. */
export function argumentMessage({ name }: ExpressionFunction, { kinds }: Parameter): string {
  return `${name} takes ${kinds.map((kind) => WORDS[kind]).join(' or ')}`
}

/** Whether a parameter takes values of a type, as far as the type tells. */
export function takesType({ kinds }: Parameter, type: TypeName): boolean {
  return kinds.some((kind) => {
    if (kind === 'any') return true
    if (kind === 'value') return type !== 'null'
    return (kind === 'integer' ? 'number' : kind) === type
  })
}

function fits(kind: Kind, value: Value): boolean {
  switch (kind) {
    case 'any':
      return true
    case 'value':
      return value !== null
    case 'integer':
      return Number.isInteger(value)
    default:
      return valueTypeOf(value) === kind
  }
}

const WORDS: Readonly<Record<Kind, string>> = {
  any: 'anything',
  value: 'anything but null',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  bool: 'a boolean',
  list: 'a list',
  object: 'an object',
  timestamp: 'a timestamp',
  duration: 'a duration',
}
