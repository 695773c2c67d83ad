import { cancelRun, endOf, type RunEnd } from '../../engine/run/run.ts'
import type { StepOutcome } from '../../engine/run/state.ts'
import { isDataError } from '../../store/postgres/failures.ts'
import { type ActiveRun, pendingOutcomes } from './activeRun.ts'
import { recordUpToRefused } from './refusal.ts'
import { recordRun, type Writer, type Written } from './recordRun.ts'

/** Steps of a run are committed together up to here, and at the latest after so long. */
const MAX_PENDING = 64
const MAX_PENDING_BYTES = 256 * 1024
const MAX_PENDING_MS = 75

/** Whether what a run has done should be written now. */
export function isDue(active: ActiveRun, now: number): boolean {
  const pending = active.outcomes.length - active.recorded
  if (pending === 0) return false
  return (
    active.suspect ||
    pending >= MAX_PENDING ||
    active.pendingBytes >= MAX_PENDING_BYTES ||
    now - active.pendingSince >= MAX_PENDING_MS
  )
}

/**
 * Commits what a run has done so far, and that the step at `begins` is about to be called. After a lost lease the run is
 * stopped and nothing was written; after a cancel the run knows of it; after a refusal (refusal.ts) it is stopped too.
 */
export async function commitProgress(active: ActiveRun, writer: Writer, begins: string | null = null): Promise<void> {
  while (active.writing !== null) await active.writing
  if (active.lost || active.refused || active.behind) return
  const writing = write(active, writer, begins)
  active.writing = writing.then(
    () => undefined,
    () => undefined,
  )
  try {
    await writing
  } finally {
    active.writing = null
  }
}

async function write(active: ActiveRun, writer: Writer, begins: string | null): Promise<void> {
  const outcomes = pendingOutcomes(active)
  const written = await recordOrFindRefused(active, writer, outcomes, begins, null)
  if (written?.cancelled) cancelRun(active.run)
}

/** How a run ended, as far as its end is committed. */
export type CommittedEnd = { readonly end: RunEnd; readonly finishedAt: number }

/**
 * Commits the end of a run. A cancel that was recorded before is not passed over: the job then ends cancelled. Gives null
 * where the lease was lost and nothing was written, or where the run goes on anew after a refusal.
 */
export async function commitEnd(active: ActiveRun, writer: Writer): Promise<CommittedEnd | null> {
  while (active.writing !== null) await active.writing
  let outputRefused = false
  while (!active.lost && !active.refused && !active.behind) {
    const made = endOf(active.run)
    const end = outputRefused ? { ...made, output: null, outputOmitted: true } : made
    const outcomes = pendingOutcomes(active)
    try {
      const written = await recordOrFindRefused(active, writer, outcomes, null, end)
      if (written === null) continue
      if (written.finishedAt !== null) return { end, finishedAt: written.finishedAt }
      if (!written.cancelled) throw new Error('the end of a run was neither written nor forbidden by a cancel')
      cancelRun(active.run)
    } catch (error) {
      if (outputRefused || end.output === null || !isDataError(error)) throw error
      outputRefused = true
    }
  }
  return null
}

/** Records what is pending; where the database refuses it, step by step up to the one that is to blame. */
async function recordOrFindRefused(
  active: ActiveRun,
  writer: Writer,
  outcomes: readonly StepOutcome[],
  begins: string | null,
  end: RunEnd | null,
): Promise<Written | null> {
  try {
    return await recordRun(active, writer, outcomes, begins, end)
  } catch (error) {
    if (outcomes.length === 0 || !isDataError(error)) throw error
    await recordUpToRefused(active, writer)
    return null
  }
}
