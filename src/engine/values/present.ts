/** What must be there: an item of a list within its length, a property that was just met. Throws a TypeError otherwise. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('what must be there is not')
  return value
}
