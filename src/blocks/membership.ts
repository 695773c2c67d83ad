import { stringify } from 'safe-stable-stringify'
import type { LongWork } from './turns.ts'

// Equality is deep, and every item is looked at only once, as text: comparing pair by pair could cost the size of the
// item for each member of the list.

/** So many items are looked at at a stretch. */
const STRETCH = 64

/** Where a list first holds an item, or -1. */
export function* indexOfItem(list: readonly unknown[], item: unknown): LongWork<number> {
  if (!isComposite(item)) return list.indexOf(item)
  const wanted = identity(item)
  for (const [i, member] of list.entries()) {
    if (isComposite(member) && identity(member) === wanted) return i
    if (i % STRETCH === 0) yield
  }
  return -1
}

/** Whether a list holds an item. */
export function* includesItem(list: readonly unknown[], item: unknown): LongWork<boolean> {
  return (yield* indexOfItem(list, item)) >= 0
}

/** How often a list holds an item. */
export function* countItem(list: readonly unknown[], item: unknown): LongWork<number> {
  const wanted = isComposite(item) ? identity(item) : undefined
  let count = 0
  for (const [i, member] of list.entries()) {
    if (wanted === undefined ? member === item : isComposite(member) && identity(member) === wanted) count++
    if (i % STRETCH === 0) yield
  }
  return count
}

/** Whether a list holds `any` or `all` of some items. */
export function* holds(which: 'any' | 'all', list: readonly unknown[], items: readonly unknown[]): LongWork<boolean> {
  const identities = new Set<string | undefined>()
  for (const [i, member] of list.entries()) {
    identities.add(identity(member))
    if (i % STRETCH === 0) yield
  }
  for (const [i, item] of items.entries()) {
    if (identities.has(identity(item)) === (which === 'any')) return which === 'any'
    if (i % STRETCH === 0) yield
  }
  return which === 'all'
}

/** A text that two JSON values share exactly when they are equal. */
function identity(value: unknown): string | undefined {
  return stringify(value)
}

function isComposite(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
