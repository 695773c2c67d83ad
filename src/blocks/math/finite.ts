/** A result that is a number JSON can hold; anything else is an error. JSON has one zero, so there is no -0. */
export function finite(result: number): number {
  if (!Number.isFinite(result)) throw new RangeError('the result is too large, or no real number')
  return result + 0
}
