export type DiffLine = { readonly kind: 'same' | 'added' | 'removed'; readonly text: string }

/** Above this many cells the table of the comparison is not made: everything counts as changed. */
const MOST_CELLS = 4_000_000

/** What changed between two texts, line by line: by the longest common subsequence. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = before.split('\n')
  const now = after.split('\n')
  if (old.length * now.length > MOST_CELLS) return [...lines('removed', old), ...lines('added', now)]
  const width = now.length + 1
  const longest = new Uint32Array((old.length + 1) * width)
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      longest[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const found: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) {
      found.push({ kind: 'same', text: now[j] ?? '' })
      i++
      j++
    } else if (at(i + 1, j) >= at(i, j + 1)) found.push({ kind: 'removed', text: old[i++] ?? '' })
    else found.push({ kind: 'added', text: now[j++] ?? '' })
  }
  return [...found, ...lines('removed', old.slice(i)), ...lines('added', now.slice(j))]
}

function lines(kind: DiffLine['kind'], texts: readonly string[]): DiffLine[] {
  return texts.map((text) => ({ kind, text }))
}
