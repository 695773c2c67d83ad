import { type GivenColumn, GivenRows } from '../givenRows.ts'
import { type JournalRow, type NumberedRow, numbered } from './rows.ts'

/** What a row of the journal has beside its job. */
export const JOURNAL_COLUMNS: readonly GivenColumn<NumberedRow>[] = [
  ['number', 'int', ({ number }) => number],
  ['first_seq', 'int', ({ firstSeq }) => firstSeq],
  ['told', 'int', ({ told }) => told],
  ['path', 'text', ({ path }) => path],
  ['entries', 'json', ({ entries }) => entries],
  ['variables', 'json', ({ variables }) => variables],
]

/** A row of the journal of a new job, with the ordinal of that job in its group. */
type FirstRow = NumberedRow & { readonly ord: number }

/** The rows of the journals of new jobs, from parameter `first` on. */
export function firstJournalRows(first: number): GivenRows<FirstRow> {
  return new GivenRows<FirstRow>(first, [['ord', 'int', ({ ord }) => ord], ...JOURNAL_COLUMNS])
}

/** The first rows of the journals of a group of jobs. */
export function firstRowsOf(jobs: readonly { readonly rows: readonly JournalRow[] }[]): FirstRow[] {
  return jobs.flatMap(({ rows }, i) => numbered(rows, 0, 0).map((row) => ({ ...row, ord: i + 1 })))
}
