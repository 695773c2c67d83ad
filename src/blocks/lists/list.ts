import { Type } from '../../engine/block.ts'

/** More items than any list within the limits of a job can have: where the building stops, not the limit itself. */
export const MAX_ITEMS = 4_000_000

/** The schema of a list with any content. */
export function anyList(description: string) {
  return Type.Array(Type.Unknown(), { description })
}

/** Where an index points in a list, negative ones from the end. Throws a RangeError if nothing is there. */
export function indexIn(list: readonly unknown[], index: number): number {
  const found = index < 0 ? index + list.length : index
  if (found >= 0 && found < list.length) return found
  throw new RangeError(
    list.length === 0
      ? 'the list is empty, so no index leads to an item'
      : `the list has no index ${index}; give one from ${-list.length} to ${list.length - 1}`,
  )
}
