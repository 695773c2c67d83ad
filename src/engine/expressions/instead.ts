import { evaluate } from './evaluate.ts'
import type { Node } from './node.ts'
import { sourceOf } from './operators.ts'
import type { Evaluation } from './scope.ts'
import { isValueObject } from './value.ts'

const MAX_KEYS = 20
const MAX_TEXT = 200

/** What was there in place of what a path names that gave null: the keys of the last object on its way; or nothing. */
export function keysInstead(node: Node, evaluation: Evaluation): string {
  for (let at = before(node); at !== null; at = before(at)) {
    const value = evaluate(at, evaluation)
    if (value === null) continue
    const keys = isValueObject(value) ? Object.keys(value).slice(0, MAX_KEYS) : []
    return keys.length === 0 ? '' : ` (${sourceOf(evaluation.text, at)} has: ${keys.join(', ').slice(0, MAX_TEXT)})`
  }
  return ''
}

/** The path before its last part; null for what is no path, which is not evaluated a second time. */
function before(node: Node): Node | null {
  if (node.kind === 'field') return isPath(node.of) ? node.of : null
  return node.kind === 'index' && node.at.kind === 'literal' && isPath(node.of) ? node.of : null
}

function isPath(node: Node): boolean {
  return node.kind === 'name' || node.kind === 'step' || before(node) !== null
}
