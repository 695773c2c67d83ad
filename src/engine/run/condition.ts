import type { CompiledValue } from '../tags/template.ts'
import { isTruthy } from '../values/truth.ts'
import { peekValue } from './resolve.ts'
import type { Sequence } from './state.ts'

/**
 * Whether a condition holds. A list holds when each of its items does; an object always holds. Throws what an expression
 * in it throws.
 */
export function conditionHolds(at: Sequence, condition: CompiledValue): boolean {
  switch (condition.kind) {
    case 'object':
      return true
    case 'list':
      return condition.items.every((item) => isTruthy(peekValue(at, item)))
    case 'literal': {
      const { value } = condition
      return Array.isArray(value) ? value.every(isTruthy) : isTruthy(value)
    }
    case 'text':
      return isTruthy(peekValue(at, condition))
  }
}
