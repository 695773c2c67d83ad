import { isObject } from '../../engine/values/json.ts'
import type { JournalEntry } from '../../store/journal/read.ts'

// The version before had a row a step, and recorded no causes: what its steps tell is all there is to know them by. In the
// journal each has a mark of its own, and nothing is read out of values there: a block may throw what it likes.

type OldStep = Extract<JournalEntry, { kind: 'step' }>['step']

/** Whether a step that the version before wrote took the job's whole time. @param until when that was up */
export function toldJobTimeout(read: JournalEntry | undefined, until: number): boolean {
  const step = oldStep(read)
  if (step === null || step.status !== 'UNHANDLED_EXCEPTION' || step.finishedAt < until) return false
  return isOfType(step, 'TimeoutError')
}

/**
 * Whether a run of the version before knew of the cancel when its replica died: a step was recorded after it. What it was
 * doing then is a forced step, which runs again; else the first step without a record counts as the one that was called.
 */
export function knewOfCancel(cancelAt: number, journal: readonly JournalEntry[]): boolean {
  return journal.map(oldStep).some((step) => step !== null && (step.finishedAt > cancelAt || wasKilled(step)))
}

function wasKilled(step: OldStep): boolean {
  return step.status === 'KILLED_MANUALLY' && isOfType(step, 'StepAborted')
}

function oldStep(read: JournalEntry | undefined): OldStep | null {
  return read?.kind === 'step' && read.oldForm ? read.step : null
}

function isOfType({ returnValue }: OldStep, type: string): boolean {
  return isObject(returnValue) && returnValue['type'] === type
}
