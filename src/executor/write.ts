import { cancelRun, endOf, type RunEnd, stopRun } from '../engine/run.ts'
import { type ActiveRun, changedVariables, pathOf, pendingOutcomes } from './activeRun.ts'
import type { Journal } from './journal.ts'
import type { Telemetry } from '../telemetry.ts'

/** What a run writes through. */
export type Writer = { readonly journal: Journal; readonly telemetry: Telemetry }

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
 * stopped and nothing was written; after a cancel the run knows of it.
 */
export async function commitProgress(active: ActiveRun, writer: Writer, begins: string | null = null): Promise<void> {
  while (active.writing !== null) await active.writing
  if (active.lost) return
  active.writing = write(active, writer, begins, null).then(() => {
    active.writing = null
  })
  await active.writing
}

/**
 * Commits the end of a run. A cancel that was recorded before is not passed over: the job then ends cancelled. Gives null
 * where the lease was lost, and nothing was written.
 */
export async function commitEnd(
  active: ActiveRun,
  writer: Writer,
): Promise<{ end: RunEnd; finishedAt: number } | null> {
  while (active.writing !== null) await active.writing
  for (;;) {
    const end = endOf(active.run)
    const finishedAt = await write(active, writer, null, end)
    if (finishedAt !== null) return { end, finishedAt }
    if (active.lost) return null
  }
}

async function write(
  active: ActiveRun,
  writer: Writer,
  begins: string | null,
  end: RunEnd | null,
): Promise<number | null> {
  const { tenant, id, fence, recorded, run, plan } = active
  const outcomes = pendingOutcomes(active)
  const result = await writer.journal.record({
    tenant,
    id,
    fence,
    recorded,
    outcomes,
    currentStep: begins,
    failedPosition: run.failedPosition,
    failedStep: pathOf(plan, run.failedPosition),
    end: end === null ? null : { ...end, variables: changedVariables(active) },
  })
  if (result.kind === 'lost') {
    active.lost = true
    stopRun(run, 'lease-lost')
    writer.telemetry.emit('jobLost', { tenant, id })
    return null
  }
  settleWrite(active, outcomes.length, begins)
  if (outcomes.length > 0) writer.telemetry.emit('recorded', { tenant, id, recorded: active.recorded })
  if (result.cancelled && result.finishedAt === null) cancelRun(run)
  return result.finishedAt
}

function settleWrite(active: ActiveRun, written: number, begins: string | null): void {
  active.recorded += written
  active.currentStep = begins
  const rest = active.outcomes.slice(active.recorded)
  active.pendingSince = performance.now()
  active.pendingBytes = rest.reduce((sum, { json, variables }) => sum + json.length + (variables?.length ?? 0), 0)
}
