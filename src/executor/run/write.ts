import type { Entry } from '../../engine/run/entry.ts'
import { cancelRun, endOf, type RunEnd } from '../../engine/run/run.ts'
import { isResting, openWaits, wakeAt } from '../../engine/run/time.ts'
import type { Suspension } from '../../store/jobs/runWrite.ts'
import { isDataError } from '../../store/postgres/failures.ts'
import type { ActiveRun } from './activeRun.ts'
import { mayWrite } from './leaving.ts'
import { recordRun, type Writer, type Written } from './recordRun.ts'
import { recordUpToRefused } from './refusal.ts'

/** Steps of a run are committed together up to here, and at the latest after so long. */
const MAX_PENDING = 64
const MAX_PENDING_BYTES = 256 * 1024
const MAX_PENDING_MS = 75

/** Whether what a run has done should be written now. */
export function isDue(active: ActiveRun, now: number): boolean {
  const pending = active.pending.length
  if (pending === 0) return false
  return (
    active.suspect ||
    pending >= MAX_PENDING ||
    active.pendingBytes >= MAX_PENDING_BYTES ||
    now - active.pendingSince >= MAX_PENDING_MS
  )
}

/**
 * Commits what a run has done so far, and where it is: what is about to be called, or waits. After a lost lease the run is
 * stopped and nothing was written; after a cancel the run knows of it; after a refusal (refusal.ts) it is stopped too.
 */
export async function commitProgress(active: ActiveRun, writer: Writer): Promise<void> {
  await inTurn(active, () => (mayWrite(active) ? write(active, writer) : Promise.resolve()))
}

/** Writes of one run follow each other. */
async function inTurn<Result>(active: ActiveRun, write: () => Promise<Result>): Promise<Result> {
  while (active.writing !== null) await active.writing
  const writing = write()
  active.writing = writing.then(
    () => undefined,
    () => undefined,
  )
  try {
    return await writing
  } finally {
    active.writing = null
  }
}

async function write(active: ActiveRun, writer: Writer): Promise<void> {
  const entries = active.pending.slice()
  const written = await recordOrFindRefused(active, writer, entries, null)
  if (written?.cancelled) cancelRun(active.run)
}

/**
 * Commits what a run has done so far, and leaves its job to nobody until it has something to do again. Gives whether it was
 * left; where a cancel or a signal came first the run goes on here.
 */
export function commitSuspension(active: ActiveRun, writer: Writer): Promise<boolean> {
  return inTurn(active, () => suspend(active, writer))
}

async function suspend(active: ActiveRun, writer: Writer): Promise<boolean> {
  if (!mayWrite(active) || !isResting(active.run)) return false
  const [first] = openWaits(active.run)
  if (first === undefined) return false
  const { wait } = first
  const suspension = { wakeAt: wakeAt(active.run), kind: wait.kind, signals: active.signals }
  const written = await recordOrFindRefused(active, writer, active.pending.slice(), null, suspension)
  if (written === null) return false
  if (written.cancelled) cancelRun(active.run)
  return written.suspended
}

/** How a run ended, as far as its end is committed. */
export type CommittedEnd = { readonly end: RunEnd; readonly finishedAt: number }

/**
 * Commits the end of a run. A cancel that was recorded before is not passed over: the run then knows of it, and goes on.
 * Gives null then, where the lease was lost and nothing was written, and where the run goes on anew after a refusal.
 */
export async function commitEnd(active: ActiveRun, writer: Writer): Promise<CommittedEnd | null> {
  while (active.writing !== null) await active.writing
  const end = endOf(active.run)
  try {
    return await tryEnd(active, writer, end)
  } catch (error) {
    if (end.output === null || !isDataError(error)) throw error
    return tryEnd(active, writer, { ...end, output: null, outputOmitted: true })
  }
}

async function tryEnd(active: ActiveRun, writer: Writer, end: RunEnd): Promise<CommittedEnd | null> {
  if (!mayWrite(active)) return null
  const written = await recordOrFindRefused(active, writer, active.pending.slice(), end)
  if (written === null) return null
  if (written.finishedAt !== null) return { end, finishedAt: written.finishedAt }
  if (!written.cancelled) throw new Error('the end of a run was neither written nor forbidden by a cancel')
  cancelRun(active.run)
  return null
}

/** Records what is pending; where the database refuses it, step by step up to the one that is to blame. */
async function recordOrFindRefused(
  active: ActiveRun,
  writer: Writer,
  entries: readonly Entry[],
  end: RunEnd | null,
  suspend: Suspension | null = null,
): Promise<Written | null> {
  try {
    return await recordRun(active, writer, entries, end, suspend)
  } catch (error) {
    if (entries.length === 0 || !isDataError(error)) throw error
    await recordUpToRefused(active, writer)
    return null
  }
}
