import type { Versions } from '../../definitions/versions.ts'
import { type WrittenStep, writtenSteps } from '../../engine/plan/written.ts'
import { readingStored, StoredUnreadable } from '../../engine/values/unreadable.ts'
import { readEntries, type StoredEntry } from '../../store/journal/entryText.ts'
import type { SampledJob } from '../../store/stats/read.ts'
import type { StatsWire } from '../../wire/stats.ts'

/** So many actions are told. */
const MAX_ACTIONS = 20

/** The steps of a job as they are written, and what they did. */
export type SampledSteps = { readonly written: readonly WrittenStep[]; readonly entries: readonly StoredEntry[] }

/** Reads a sampled job. One that was damaged has no steps to count. */
export async function sampledSteps(
  versions: Versions,
  tenant: string,
  { definition: text, entries }: SampledJob,
): Promise<SampledSteps> {
  try {
    const { definition } = await versions.read({ tenant, definition: text })
    return readingStored(() => ({ written: writtenSteps(definition), entries: readEntries(entries, String) }))
  } catch (error) {
    if (error instanceof StoredUnreadable) return { written: [], entries: [] }
    throw error
  }
}

/** How long the blocks of each action took, the slowest first. Steps that were never called are not counted. */
export function timesOf(sample: readonly SampledSteps[]): StatsWire['actions'] {
  const times = new Map<string, number[]>()
  for (const { written, entries } of sample) {
    for (const entry of entries) {
      if (entry.kind !== 'step' || entry.step.startedAt === null) continue
      const action = written[entry.step.written]?.definition.action
      if (action === undefined) continue
      const known = times.get(action) ?? []
      known.push(Math.max(0, entry.step.finishedAt - entry.step.startedAt))
      times.set(action, known)
    }
  }
  return [...times]
    .map(([action, taken]) => {
      const sorted = taken.sort((a, b) => a - b)
      return { action, count: sorted.length, p50_ms: quantile(sorted, 0.5), p95_ms: quantile(sorted, 0.95) }
    })
    .sort((a, b) => b.p95_ms - a.p95_ms || b.count - a.count)
    .slice(0, MAX_ACTIONS)
}

/** The least value that so large a part of all is not above. */
function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0
}
