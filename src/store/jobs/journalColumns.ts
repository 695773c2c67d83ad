import { type JournalRow, numbered } from '../journal/rows.ts'
import { columns } from './columns.ts'

/** The rows of the journals of new jobs, as the columns of a statement, each with the ordinal of its job in the group. */
export function rowColumns(jobs: readonly { readonly rows: readonly JournalRow[] }[]): unknown[][] {
  const rows = jobs.flatMap(({ rows }, i) => numbered(rows, 0, 0).map((row) => ({ ...row, ord: i + 1 })))
  return columns(
    rows,
    ({ ord }) => ord,
    ({ number }) => number,
    ({ firstSeq }) => firstSeq,
    ({ told }) => told,
    ({ path }) => path,
    ({ entries }) => entries,
    ({ variables }) => variables,
  )
}
