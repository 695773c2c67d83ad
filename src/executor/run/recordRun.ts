import type { RunEnd } from '../../engine/run/run.ts'
import type { StepOutcome } from '../../engine/run/state.ts'
import { isFailure } from '../../engine/status.ts'
import type { Telemetry } from '../../telemetry.ts'
import { type ActiveRun, changedVariables, giveUpBehind, loseRun, markRecorded, pathOf } from './activeRun.ts'
import type { Journal } from './journal.ts'
import type { Lease } from '../lease/lease.ts'

/** What a run writes through. */
export type Writer = { readonly journal: Journal; readonly telemetry: Telemetry; readonly lease: Lease }

/** What became of a write; a lost run wrote nothing. */
export type Written = { readonly finishedAt: number | null; readonly cancelled: boolean }

/**
 * Records some of a run's outcomes, and its end if it has one: the one place where a run writes. What is recorded counts
 * from then on; where another holds the job, the run is stopped and null is given.
 */
export async function recordRun(
  active: ActiveRun,
  writer: Writer,
  outcomes: readonly StepOutcome[],
  begins: string | null,
  end: RunEnd | null,
): Promise<Written | null> {
  const { tenant, id, fence, recorded } = active
  const provedAt = writer.lease.lapses
  const result = await writer.journal.record({
    tenant,
    id,
    fence,
    recorded,
    outcomes,
    currentStep: begins,
    ...lastFailure(active, recorded + outcomes.length),
    end: end === null ? null : { ...end, variables: changedVariables(active) },
  })
  if (result.kind === 'lost') {
    loseRun(active)
    writer.telemetry.emit('jobLost', { tenant, id })
    return null
  }
  if (result.kind === 'behind') {
    giveUpBehind(active)
    writer.telemetry.emit('runBehind', { tenant, id, recorded })
    return null
  }
  active.provedAt = provedAt
  settleWrite(active, outcomes.length, begins)
  if (outcomes.length > 0) writer.telemetry.emit('recorded', { tenant, id, recorded: active.recorded })
  return result
}

/** The last failed step among those that are recorded when this write is. */
function lastFailure({ run, plan, outcomes }: ActiveRun, upTo: number) {
  const last = run.failedPosition
  const failedPosition =
    last === null || upTo === outcomes.length
      ? last
      : (outcomes.slice(0, upTo).findLast(({ status }) => isFailure(status))?.position ?? null)
  return { failedPosition, failedStep: pathOf(plan, failedPosition) }
}

function settleWrite(active: ActiveRun, written: number, begins: string | null): void {
  markRecorded(active, active.recorded + written)
  active.currentStep = begins
  const rest = active.outcomes.slice(active.recorded)
  active.pendingSince = performance.now()
  active.pendingBytes = rest.reduce((sum, { json, variables }) => sum + json.length + (variables?.length ?? 0), 0)
}
