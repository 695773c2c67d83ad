import { characterAt } from '../values/characters.ts'
import { setOwn } from '../values/json.ts'
import { callFunction } from './call.ts'
import { ExpressionError } from './error.ts'
import type { Node } from './node.ts'
import { describe, operate, sourceOf } from './operators.ts'
import type { Evaluation } from './scope.ts'
import { isValueObject, type Value, type ValueObject } from './value.ts'
import { SINGLE_CHARACTERS, type Work } from './work.ts'

/**
 * The value of a part of an expression. Parts are looked at once, from left to right; those of `&&`, `||` and `? :`
 * only where needed. The depth of the recursion is that of the expression, which the parser bounds.
 *
 * Throws an `ExpressionError` that names the part that is at fault.
 */
export function evaluate(node: Node, evaluation: Evaluation): Value {
  switch (node.kind) {
    case 'literal':
      return node.value
    case 'name':
      return evaluation.scope.lookup(node.name)
    case 'step':
      return evaluation.scope.step(node.id)
    case 'field':
      return fieldOf(evaluate(node.of, evaluation), node.name)
    case 'index':
      return itemOf(evaluate(node.of, evaluation), evaluate(node.at, evaluation), evaluation.work)
    case 'call': {
      const taken = node.parts.map((part) => evaluate(part, evaluation))
      return callFunction(node, taken, evaluation)
    }
    case 'list':
      return evaluation.work.made(node.items.map((item) => evaluate(item, evaluation)))
    case 'object':
      return objectOf(node.entries, evaluation)
    case 'not':
      return !truthOf(node.of, '!', evaluation)
    case 'negative':
      return negate(node.of, evaluation)
    case 'and':
      return truthOf(node.left, '&&', evaluation) && truthOf(node.right, '&&', evaluation)
    case 'or':
      return truthOf(node.left, '||', evaluation) || truthOf(node.right, '||', evaluation)
    case 'choice':
      return evaluate(truthOf(node.when, '?', evaluation) ? node.yes : node.no, evaluation)
    case 'binary': {
      const left = evaluate(node.left, evaluation)
      const right = evaluate(node.right, evaluation)
      const { text, work } = evaluation
      return operate(node.operator, left, right, { text, work, left: node.left, right: node.right })
    }
  }
}

/** An own key of an object; null of anything else, so that a path that leads nowhere is null all the way. */
function fieldOf(value: Value, name: string): Value {
  if (typeof value !== 'object' || value === null || !isValueObject(value)) return null
  return Object.hasOwn(value, name) ? (value[name] ?? null) : null
}

/** What stands at an index or under a key; what fits nothing is null. */
function itemOf(value: Value, at: Value, work: Work): Value {
  if (typeof at === 'string') return fieldOf(value, at)
  if (typeof at !== 'number' || !Number.isInteger(at)) return null
  if (Array.isArray(value)) return value[at < 0 ? at + value.length : at] ?? null
  if (typeof value !== 'string') return null
  work.spend(Math.min(Math.abs(at), value.length) / SINGLE_CHARACTERS)
  return characterAt(value, at) ?? null
}

/** A boolean, or null, which counts as false. */
function truthOf(node: Node, operator: string, evaluation: Evaluation): boolean {
  const value = evaluate(node, evaluation)
  if (typeof value === 'boolean') return value
  if (value === null) return false
  throw new ExpressionError(`${sourceOf(evaluation.text, node)} is ${describe(value)}; ${operator} takes booleans`)
}

function negate(node: Node, evaluation: Evaluation): number {
  const value = evaluate(node, evaluation)
  if (typeof value === 'number') return 0 - value
  throw new ExpressionError(`${sourceOf(evaluation.text, node)} is ${describe(value)}; - takes a number`)
}

function objectOf(entries: readonly (readonly [Node, Node])[], evaluation: Evaluation): ValueObject {
  const object: ValueObject = {}
  for (const [keyPart, part] of entries) {
    const key = evaluate(keyPart, evaluation)
    if (typeof key !== 'string') {
      throw new ExpressionError(`${sourceOf(evaluation.text, keyPart)} is ${describe(key)}; a key must be a text`)
    }
    setOwn(object, key, evaluate(part, evaluation))
  }
  return evaluation.work.made(object)
}
