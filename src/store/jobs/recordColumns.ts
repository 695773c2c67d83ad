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

type RowOfJob = NumberedRow & { readonly write: RunWrite }

/** Its new rows of the journal. */
export const ROWS = new GivenRows<RowOfJob>(RUNS.next, [
  ['job_id', 'text', ({ write }) => write.id],
  ['tenant', 'text', ({ write }) => write.tenant],
  ...JOURNAL_COLUMNS,
])

/** The rows themselves, numbered on from those that each run knows of. */
export function journalRowsOf(written: readonly GivenWrite[]): RowOfJob[] {
  return written.flatMap(({ write, rows }) =>
    numbered(rows, write.rows, write.lastSeq).map((row) => ({ ...row, write })),
  )
}

type TakenSignal = { readonly write: RunWrite; readonly number: number }

/** Signals that these writes used up. */
export const TAKEN = new GivenRows<TakenSignal>(ROWS.next, [
  ['job_id', 'text', ({ write }) => write.id],
  ['tenant', 'text', ({ write }) => write.tenant],
  ['number', 'int', ({ number }) => number],
])

/** The signals themselves. */
export function takenOf(writes: readonly RunWrite[]): TakenSignal[] {
  return writes.flatMap((write) => write.taken.map((number) => ({ write, number })))
}

/** Waits that began or ended, where any did. */
export const WAITS = waitParts(TAKEN.next)

/** Jobs of which it is asked how they stand. */
export const HELD = new GivenRows<RunWrite>(1, [
  ['id', 'text', ({ id }) => id],
  ['tenant', 'text', ({ tenant }) => tenant],
  ['fence', 'bigint', ({ fence }) => fence],
  ['rows', 'int', ({ rows }) => rows],
])
