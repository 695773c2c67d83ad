import { errorValue, ValueRefused } from '../../engine/errors.ts'
import { stopRun } from '../../engine/run/run.ts'
import type { StepOutcome } from '../../engine/run/state.ts'
import { isDataError, sqlState } from '../../store/postgres/failures.ts'
import type { ActiveRun } from './activeRun.ts'
import { recordRun, type Writer } from './recordRun.ts'

/**
 * Records what the database takes of a run, one step after another, after it refused them together. The step that it
 * refuses ends as `UNHANDLED_EXCEPTION`. What ran after that step was built on a value that is not to be: it is dropped,
 * which is harmless, since of steps with effects only the first of what is pending can be one; and the run is stopped,
 * to go on anew from what is recorded.
 */
export async function recordUpToRefused(active: ActiveRun, writer: Writer): Promise<void> {
  while (active.recorded < active.outcomes.length && !active.lost && !active.behind) {
    const outcome = active.outcomes[active.recorded] as StepOutcome
    try {
      await recordRun(active, writer, [outcome], null, null)
    } catch (error) {
      if (!isDataError(error)) throw error
      return recordRefused(active, writer, outcome, sqlState(error) ?? '')
    }
  }
}

async function recordRefused(active: ActiveRun, writer: Writer, outcome: StepOutcome, code: string): Promise<void> {
  const { tenant, id } = active
  const { position } = outcome
  const refused = asRefused(outcome, code)
  active.outcomes.splice(active.recorded, active.outcomes.length, refused)
  active.refused = true
  active.run.failedPosition = position
  stopRun(active.run, 'draining')
  await recordRun(active, writer, [refused], null, null)
  writer.telemetry.emit('stepRefused', { tenant, id, position, code })
}

function asRefused(outcome: StepOutcome, code: string): StepOutcome {
  const returnValue = errorValue(new ValueRefused(`the database can't hold what this step gave (SQLSTATE ${code})`))
  const json = JSON.stringify(returnValue)
  return { ...outcome, status: 'UNHANDLED_EXCEPTION', returnValue, json, variables: null }
}
