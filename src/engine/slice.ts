/** A slice with Python's meaning: negative bounds count from the end, null ones are left out. */
export type Slice = { start: number | null; stop: number | null; step: number | null }

/** The indexes that a slice picks out of `length` items, in order. Throws a RangeError for a step of 0. */
export function sliceIndexes(length: number, { start, stop, step }: Slice): number[] {
  const by = step ?? 1
  if (by === 0) throw new RangeError('slice step cannot be zero')
  const lowest = by > 0 ? 0 : -1
  const highest = by > 0 ? length : length - 1
  const bound = (value: number | null, otherwise: number): number => {
    if (value === null) return otherwise
    return Math.min(Math.max(value < 0 ? value + length : value, lowest), highest)
  }
  const from = bound(start, by > 0 ? lowest : highest)
  const to = bound(stop, by > 0 ? highest : lowest)
  const indexes: number[] = []
  for (let i = from; by > 0 ? i < to : i > to; i += by) indexes.push(i)
  return indexes
}

/** The items of a list that a slice picks. */
export function sliceList<T>(list: readonly T[], slice: Slice): T[] {
  return sliceIndexes(list.length, slice).map((index) => list[index] as T)
}

/** The characters (code points) of a text that a slice picks. */
export function sliceText(text: string, slice: Slice): string {
  return sliceList([...text], slice).join('')
}

/** The item at a Python index, negative ones from the end, or undefined where there is none. */
export function itemAt<T>(items: readonly T[], index: number): T | undefined {
  return items[index < 0 ? index + items.length : index]
}
