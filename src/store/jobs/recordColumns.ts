import { GivenRows } from '../givenRows.ts'
import { JOURNAL_COLUMNS } from '../journal/journalColumns.ts'
import { countTold, type JournalRow, type NumberedRow, numbered } from '../journal/rows.ts'
import { waitParts } from '../waits/write.ts'
import { writeFailure } from './failure.ts'
import type { RunWrite } from './runWrite.ts'

/** A write, and what of its journal goes into the job's own row or into rows of the journal. */
export type GivenWrite = { readonly write: RunWrite; readonly own: string | null; readonly rows: readonly JournalRow[] }

/** The job's row: where it stands now. */
export const RUNS = new GivenRows<GivenWrite>(1, [
  ['id', 'text', ({ write }) => write.id],
  ['tenant', 'text', ({ write }) => write.tenant],
  ['fence', 'bigint', ({ write }) => write.fence],
  ['rows', 'int', ({ write }) => write.rows],
  ['count', 'int', ({ rows, own }) => rows.length + (own === null ? 0 : 1)],
  ['told', 'int', ({ write }) => countTold(write.entries)],
  ['current_step', 'text', ({ write }) => write.currentStep],
  ['state', 'text', ({ write }) => write.end?.state ?? null],
  ['failed_seq', 'int', ({ write }) => write.failed?.seq ?? null],
  ['failed_step', 'text', ({ write }) => write.failed?.path ?? null],
  ['failure', 'text', ({ write }) => writeFailure(write.failed?.failure)],
  ['variables', 'json', ({ write }) => write.end?.variables ?? null],
  ['output', 'json', ({ write }) => write.end?.output ?? null],
  ['output_omitted', 'bool', ({ write }) => write.end?.outputOmitted ?? false],
  ['ran_ms', 'int', ({ write }) => Math.round(write.ranMs)],
  ['wait_kind', 'text', ({ write }) => write.suspend?.kind ?? null],
  ['wake_at', 'moment', ({ write }) => write.suspend?.wakeAt ?? null],
  ['signals', 'int', ({ write }) => write.suspend?.signals ?? null],
  ['signals_taken', 'int', ({ write }) => write.taken.length],
  ['entries', 'json', ({ own }) => own],
])

/*
 * What else is written names its run by its place in the group, never by its job: a run that lost its job may stand there
 * beside the one that has it now.
 */

type RowOfRun = NumberedRow & { readonly ord: number }

/** Its new rows of the journal. */
export const ROWS = new GivenRows<RowOfRun>(RUNS.next, [['ord', 'int', ({ ord }) => ord], ...JOURNAL_COLUMNS])

/** The rows themselves, numbered on from those that each run knows of. */
export function journalRowsOf(written: readonly GivenWrite[]): RowOfRun[] {
  return written.flatMap(({ write, rows }, i) =>
    numbered(rows, write.rows, write.lastSeq).map((row) => ({ ...row, ord: i + 1 })),
  )
}

type TakenSignal = { readonly ord: number; readonly number: number }

/** Signals that these writes used up. */
export const TAKEN = new GivenRows<TakenSignal>(ROWS.next, [
  ['ord', 'int', ({ ord }) => ord],
  ['number', 'int', ({ number }) => number],
])

/** The signals themselves. */
export function takenOf(writes: readonly RunWrite[]): TakenSignal[] {
  return writes.flatMap(({ taken }, i) => taken.map((number) => ({ ord: i + 1, number })))
}

/** Waits that began or ended, where any did. */
export const WAITS = waitParts(TAKEN.next)

/** Runs of whose jobs it is asked how they stand. */
export const HELD = new GivenRows<{ readonly write: RunWrite; readonly ord: number }>(1, [
  ['ord', 'int', ({ ord }) => ord],
  ['id', 'text', ({ write }) => write.id],
  ['tenant', 'text', ({ write }) => write.tenant],
  ['fence', 'bigint', ({ write }) => write.fence],
  ['rows', 'int', ({ write }) => write.rows],
])
