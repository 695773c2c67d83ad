import { isChangedInteger, isFiniteLiteral, pickNumbers } from '../engine/values/numberLiterals.ts'
import type { FieldError } from './problem.ts'

/**
 * Finds the first number literal of a JSON text that a double can't hold: an infinite one, or an integer that it would
 * change.
 *
 * @param text valid JSON
 */
export function findLossyNumber(text: string): FieldError | null {
  const [first] = pickNumbers(text, (literal) => !isFiniteLiteral(literal) || isChangedInteger(literal))
  if (first === undefined) return null
  const detail = isFiniteLiteral(first.literal)
    ? 'is an integer that a double would change; send it as a string'
    : 'is too large for a double; send it as a string'
  return { pointer: first.pointer, detail }
}
