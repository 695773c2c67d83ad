import { countCharacters, skipCharacters } from './characters.ts'

/** A slice with Python's meaning: negative bounds count from the end, null ones are left out. */
export type Slice = { start: number | null; stop: number | null; step: number | null }

/** Where a slice begins and ends in `length` items, and how far it goes with each step. */
type Bounds = { readonly from: number; readonly to: number; readonly by: number }

/** Throws a RangeError for a step of 0. */
function boundsOf(length: number, { start, stop, step }: Slice): Bounds {
  const by = step ?? 1
  if (by === 0) throw new RangeError('slice step cannot be zero')
  const lowest = by > 0 ? 0 : -1
  const highest = by > 0 ? length : length - 1
  const bound = (value: number | null, otherwise: number): number => {
    if (value === null) return otherwise
    return Math.min(Math.max(value < 0 ? value + length : value, lowest), highest)
  }
  return { from: bound(start, by > 0 ? lowest : highest), to: bound(stop, by > 0 ? highest : lowest), by }
}

/** The items of a list that a slice picks. Throws a RangeError for a step of 0. */
export function sliceList<T>(list: readonly T[], slice: Slice): T[] {
  const { from, to, by } = boundsOf(list.length, slice)
  if (by === 1) return list.slice(from, Math.max(from, to))
  const picked: T[] = []
  for (let i = from; by > 0 ? i < to : i > to; i += by) picked.push(list[i] as T)
  return picked
}

/** The characters (code points) of a text that a slice picks. Throws a RangeError for a step of 0. */
export function sliceText(text: string, slice: Slice): string {
  const wide = SURROGATE.test(text)
  const { from, to, by } = boundsOf(wide ? countCharacters(text) : text.length, slice)
  if (by === 1) {
    const start = wide ? skipCharacters(text, 0, from) : from
    return text.slice(start, wide ? skipCharacters(text, start, to - from) : Math.max(from, to))
  }
  if (wide) return sliceList([...text], slice).join('')
  const picked: string[] = []
  for (let i = from; by > 0 ? i < to : i > to; i += by) picked.push(text.charAt(i))
  return picked.join('')
}

/** Without one, a text's characters are its UTF-16 units. */
const SURROGATE = /[\ud800-\udfff]/

/** The item at a Python index, negative ones from the end, or undefined where there is none. */
export function itemAt<T>(items: readonly T[], index: number): T | undefined {
  return items[index < 0 ? index + items.length : index]
}
