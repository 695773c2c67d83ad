import { hasWrongDigits } from '../../engine/values/wholeNumbers.ts'

/** A result that is a number JSON can hold; anything else is an error. JSON has one zero, so there is no -0. */
export function finite(result: number): number {
  if (!Number.isFinite(result)) throw new RangeError('the result is too large, or no real number')
  return result + 0
}

/** The same of what an operator gave, which must be right to its last digit where it is whole. */
export function exact(operator: '+' | '-' | '*' | '**', left: number, right: number, result: number): number {
  if (!hasWrongDigits(operator, left, right, result)) return finite(result)
  throw new RangeError(`${left} ${operator} ${right} is a whole number that a double would change`)
}
