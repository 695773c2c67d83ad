/** The number at an index that a list has. Throws a RangeError where it has none: that would be a mistake of ours. */
export function numberAt(numbers: readonly number[], index: number): number {
  const found = numbers[index]
  if (found === undefined) throw new RangeError(`a list of ${numbers.length} numbers has none at ${index}`)
  return found
}
