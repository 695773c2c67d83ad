import type { LongWork } from './turns.ts'

/** So many comparisons are made at a stretch: one alone may look at a large value. */
const STRETCH = 16

/** A list in order, as `toSorted` gives it (items that are equal keep their order), in work that can be interrupted. */
export function* sorted<T>(list: readonly T[], compare: (left: T, right: T) => number): LongWork<T[]> {
  let from = [...list]
  let to: T[] = Array.from(list)
  let comparisons = 0
  for (let width = 1; width < list.length; width *= 2) {
    for (let start = 0; start < list.length; start += 2 * width) {
      const middle = Math.min(start + width, list.length)
      const end = Math.min(start + 2 * width, list.length)
      let [left, right] = [start, middle]
      for (let at = start; at < end; at++) {
        const takeLeft = right >= end || (left < middle && compare(from[left] as T, from[right] as T) <= 0)
        to[at] = from[takeLeft ? left++ : right++] as T
        if (++comparisons % STRETCH === 0) yield
      }
    }
    ;[from, to] = [to, from]
  }
  return from
}
