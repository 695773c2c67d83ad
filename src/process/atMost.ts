/**
 * The bound of an `LRUCache`: so many entries. Its own `max` makes room for all of them at once, 400 KB for 10,000 that
 * most processes never have; a bound by size does not.
 */
export function atMost(entries: number): { readonly maxSize: number; readonly sizeCalculation: () => number } {
  return { maxSize: entries, sizeCalculation: () => 1 }
}
