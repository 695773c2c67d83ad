import { useEffect, useMemo, useState } from 'react'
import { type Line, linesOf } from './record.ts'
import type { LiveRecord } from './useRecord.ts'

/** The lines of a tree, and what is folded in it. */
export type TreeLines = {
  readonly lines: readonly Line[]
  readonly opens: (line: Line) => boolean
  readonly isOpen: (line: Line) => boolean
  readonly flip: (line: Line) => void
}

/** The lines by what somebody folded and opened; what stands below an open one is read. */
export function useTreeLines(live: LiveRecord, chosen: string | null): TreeLines {
  const [flips, setFlips] = useState<ReadonlySet<string>>(new Set())
  const lines = useMemo(
    () => linesOf(live.record, (key, folds) => isOpen(key, folds, flips, chosen)),
    // The record changes within; its version says when.
    [live.record, live.version, flips, chosen],
  )
  useEffect(() => {
    for (const line of lines) {
      if (line.kind === 'step' && line.opens && isOpen(line.key, line.folds, flips, chosen)) live.open(line.step.path)
    }
  }, [lines, flips, chosen, live])
  return {
    lines,
    opens: (line) => line.kind === 'group' || line.opens,
    isOpen: (line) => isOpen(line.key, line.folds, flips, chosen),
    flip: ({ key }) => {
      const next = new Set(flips)
      if (!next.delete(key)) next.add(key)
      setFlips(next)
    },
  }
}

/** Many rounds begin folded, all else open; the chosen step is always in sight. */
function isOpen(key: string, folds: boolean, flips: ReadonlySet<string>, chosen: string | null): boolean {
  const holdsChosen = chosen !== null && chosen.startsWith(key.endsWith('/') ? key : `${key}/`)
  const byDefault = holdsChosen || !folds
  return flips.has(key) ? !byDefault : byDefault
}

/** Where the line is that another stands below; its own place where there is none. */
export function parentOf(lines: readonly Line[], index: number): number {
  const level = lines[index]?.level ?? 1
  for (let i = index - 1; i >= 0; i--) if ((lines[i]?.level ?? 0) < level) return i
  return index
}
