import { currentPath } from '../../engine/run/at.ts'
import type { Entry } from '../../engine/run/entry.ts'
import type { RunEnd } from '../../engine/run/run.ts'
import { ranMs } from '../../engine/run/time.ts'
import { isFailure } from '../../engine/status.ts'
import type { Signals } from '../../signals.ts'
import type { FailedStep } from '../../store/jobs/newJob.ts'
import type { Suspension } from '../../store/jobs/runWrite.ts'
import type { Telemetry } from '../../telemetry.ts'
import { failedStep } from '../../wire/jobError.ts'
import type { Lease } from '../lease/lease.ts'
import { type ActiveRun, changedVariables, failedStepOf, markRecorded } from './activeRun.ts'
import { tellFailures } from './failedSteps.ts'
import type { Inbox } from './inbox.ts'
import type { Journal } from './journal.ts'
import { leaveFor } from './leaving.ts'
import { withoutSuperseded } from './superseded.ts'
import { waitWrites } from './waits.ts'

/** What a run writes through. */
export type Writer = {
  readonly journal: Journal
  readonly telemetry: Telemetry
  readonly signals: Signals
  readonly lease: Lease
  readonly inbox: Inbox
}

/** What became of a write; a lost run wrote nothing. */
export type Written = {
  readonly finishedAt: number | null
  readonly cancelled: boolean
  readonly suspended: boolean
}

/**
 * Records the first of what a run has pending, and its end if it has one: the one place where a run writes. What is
 * recorded counts from then on; where another holds the job, the run is stopped and null is given.
 */
export async function recordRun(
  active: ActiveRun,
  writer: Writer,
  entries: readonly Entry[],
  end: RunEnd | null,
  suspend: Suspension | null = null,
): Promise<Written | null> {
  const { tenant, id, fence, recorded } = active
  const provedAt = writer.lease.lapses
  const ran = ranMs(active.run)
  const currentStep = end === null ? currentPath(active.run) : null
  const result = await writer.journal.record({
    tenant,
    id,
    fence,
    rows: active.rows,
    lastSeq: recorded,
    entries: withoutSuperseded(entries),
    currentStep,
    failed: lastFailure(active, entries),
    suspend,
    ranMs: ran - active.ranMs,
    taken: entries.flatMap(numberOfTaken),
    waits: waitWrites(active.run, active, entries, recorded),
    end: end === null ? null : { ...end, variables: changedVariables(active) },
  })
  if (result.kind === 'lost') {
    leaveFor(active, 'lost')
    writer.telemetry.emit('jobLost', { tenant, id })
    return null
  }
  if (result.kind === 'behind') {
    leaveFor(active, 'behind')
    writer.telemetry.emit('runBehind', { tenant, id, recorded })
    return null
  }
  active.rows = result.rows
  active.copiedWaits = []
  active.ranMs = ran
  active.provedAt = provedAt
  active.currentStep = currentStep
  markRecorded(active, entries.length)
  tellFailures(active, entries, writer.telemetry)
  if (result.signals > active.signals && !result.suspended) await writer.inbox.fetch(active)
  if (active.recorded > recorded) {
    writer.signals.recorded.give({ tenant, id })
    writer.telemetry.emit('recorded', { tenant, id, recorded: active.recorded })
  }
  return result
}

/** The last failed step among those that are recorded when this write is. */
function lastFailure(active: ActiveRun, entries: readonly Entry[]): FailedStep | null {
  const { plan, pending, recorded } = active
  if (entries.length < pending.length) {
    const told = entries.filter(({ kind }) => kind !== 'mark')
    const last = told.findLastIndex((entry) => entry.kind === 'step' && isFailure(entry.status))
    const entry = told[last]
    if (entry?.kind === 'step') {
      const told = { seq: recorded + last + 1, path: entry.path }
      return failedStep(plan.definition, told, { ...entry, error: entry.returnValue })
    }
  }
  const failed = failedStepOf(active)
  return failed !== null && failed.seq <= recorded + entries.length ? failed : null
}

function numberOfTaken(entry: Entry): number[] {
  // What was not sent has no number above 0.
  return entry.kind === 'mark' && entry.mark.kind === 'taken' && entry.mark.message.number > 0
    ? [entry.mark.message.number]
    : []
}
