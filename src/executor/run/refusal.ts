import { errorValue, ValueRefused } from '../../engine/errors.ts'
import type { Entry, StepEntry } from '../../engine/run/entry.ts'
import { isDataError, sqlState } from '../../store/postgres/failures.ts'
import type { ActiveRun } from './activeRun.ts'
import { leaveFor, mayWrite } from './leaving.ts'
import { recordRun, type Writer } from './recordRun.ts'

/**
 * Records what the database takes of a run, one entry after another, after it refused them together. The step whose
 * entry it refuses ends as `UNHANDLED_EXCEPTION`. What came after it was built on a value that is not to be: it is
 * dropped, and the run is stopped, to go on anew from what is recorded.
 */
export async function recordUpToRefused(active: ActiveRun, writer: Writer): Promise<void> {
  for (let entry = active.pending[0]; entry !== undefined && mayWrite(active); entry = active.pending[0]) {
    try {
      await recordRun(active, writer, [entry], null)
    } catch (error) {
      if (!isDataError(error)) throw error
      return recordRefused(active, writer, entry, sqlState(error) ?? '')
    }
  }
}

async function recordRefused(active: ActiveRun, writer: Writer, entry: Entry, code: string): Promise<void> {
  const { tenant, id } = active
  const refused = entry.kind === 'step' ? asRefused(entry, code) : null
  active.pending.splice(0, active.pending.length, ...(refused === null ? [] : [refused]))
  leaveFor(active, 'refused')
  if (refused === null) return
  await recordRun(active, writer, [refused], null)
  writer.telemetry.emit('stepRefused', { tenant, id, position: refused.position, code })
}

function asRefused(entry: StepEntry, code: string): StepEntry {
  const returnValue = errorValue(new ValueRefused(`the database can't hold what this step gave (SQLSTATE ${code})`))
  const json = JSON.stringify(returnValue)
  return { ...entry, status: 'UNHANDLED_EXCEPTION', cause: 'refused', returnValue, json, error: null, variables: null }
}
