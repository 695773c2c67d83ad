import { stringify } from 'safe-stable-stringify'

/**
 * Where a list first holds an item, or -1. Equality is deep, and every item is looked at only once: comparing pair by
 * pair could cost the size of the item for each member of the list.
 */
export function indexOfItem(list: readonly unknown[], item: unknown): number {
  if (!isComposite(item)) return list.indexOf(item)
  const wanted = identity(item)
  return list.findIndex((member) => isComposite(member) && identity(member) === wanted)
}

/** How often a list holds an item. */
export function countItem(list: readonly unknown[], item: unknown): number {
  const wanted = isComposite(item) ? identity(item) : undefined
  let count = 0
  for (const member of list) {
    if (wanted === undefined ? member === item : isComposite(member) && identity(member) === wanted) count++
  }
  return count
}

/** A test for many items against one list, without comparing each with each. */
export function memberTest(list: readonly unknown[]): (item: unknown) => boolean {
  const identities = new Set(list.map(identity))
  return (item) => identities.has(identity(item))
}

/** A text that two JSON values share exactly when they are equal. */
function identity(value: unknown): string | undefined {
  return stringify(value)
}

function isComposite(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
