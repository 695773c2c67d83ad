import type { RunState, Sequence } from './state.ts'

/** The path of the step that a run is at: that is being called, or waits; of several the first in document order. */
export function currentPath({ top, handler }: RunState): string | null {
  return pathIn(top) ?? (handler === null ? null : pathIn(handler))
}

function pathIn({ open }: Sequence): string | null {
  if (open === null || open.conclusion !== null) return null
  if (open.call !== null || open.wait !== null) return open.path
  return firstIn([...open.open])
}

/** Rounds and branches in their order; what was opened later beside them stands behind. */
function firstIn(sequences: Sequence[]): string | null {
  if (sequences.length > 1) sequences.sort((a, b) => a.number - b.number)
  for (const sequence of sequences) {
    const path = pathIn(sequence)
    if (path !== null) return path
  }
  return null
}
