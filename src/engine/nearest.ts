import { numberAt } from './values/numberAt.ts'

/** More edits than these make another word, not a slip. */
const MAX_EDITS = 2

/**
 * The name that was most likely meant: the one with the fewest edits (a letter more, less, other, or two swapped), at
 * most two and less than half of what was written; null where none is near. Of equally near ones the first counts.
 */
export function nearestName(written: string, known: Iterable<string>): string | null {
  let nearest: string | null = null
  let fewest = Math.min(MAX_EDITS, Math.ceil(written.length / 2) - 1) + 1
  for (const name of known) {
    if (Math.abs(name.length - written.length) >= fewest) continue
    const edits = countEdits(written.toLowerCase(), name.toLowerCase())
    if (edits < fewest) [nearest, fewest] = [name, edits]
  }
  return nearest
}

/** The edits from one word to another (Damerau and Levenshtein, each letter swapped once at most). */
function countEdits(from: string, to: string): number {
  let before: number[] = []
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const other = from[i - 1] === to[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      next[j] = Math.min(
        numberAt(row, j) + 1,
        numberAt(next, j - 1) + 1,
        numberAt(row, j - 1) + other,
        swapped ? numberAt(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = row
    row = next
  }
  return numberAt(row, to.length)
}
