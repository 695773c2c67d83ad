import type { Entry, StepEntry } from '../../engine/run/entry.ts'

/** Of variables that are changed again in the same write so many characters are written all the same. */
const KEPT_CHARACTERS = 16 * 1024

/**
 * Entries as they are to be written. Of the variables of a scope a takeover needs only the last, but what a step began with
 * may be copied by what is below it; and a job that is run again from a step goes on from those before it. So large ones
 * alone are left out, where a pure step of the same sequence changed them again: that one can be run again.
 */
export function withoutSuperseded(entries: readonly Entry[]): Entry[] {
  if (charactersOfVariables(entries) <= KEPT_CHARACTERS) return entries.slice()
  const later = new Set<string>()
  let kept = 0
  return entries
    .map((entry, i) => ({ entry, before: entries[i - 1] }))
    .toReversed()
    .map(({ entry, before }) => {
      if (entry.kind !== 'step') {
        later.clear()
        return entry
      }
      const follows = before?.kind === 'step' && sequenceOf(before) === sequenceOf(entry)
      const written = entry.variables === null ? entry : write(entry, follows)
      if (!follows) later.clear()
      return written
    })
    .toReversed()

  function write(entry: StepEntry, follows: boolean): StepEntry {
    if (entry.variables === null) return entry
    const { scope, json } = entry.variables
    const isLast = !later.has(scope)
    later.add(scope)
    if (isLast) return entry
    kept += json.length
    return follows && kept > KEPT_CHARACTERS ? { ...entry, variables: null, superseded: scope } : entry
  }
}

function charactersOfVariables(entries: readonly Entry[]): number {
  let characters = 0
  for (const entry of entries) if (entry.kind === 'step') characters += entry.variables?.json.length ?? 0
  return characters
}

function sequenceOf({ path }: StepEntry): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}
