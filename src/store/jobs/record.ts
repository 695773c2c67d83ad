import type { Database } from '../client.ts'
import { type JournalRow, rowsOf } from '../journal/rows.ts'
import { ownEntries } from './acceptFinished.ts'
import { type GivenWrite, HELD, journalRowsOf, ROWS, RUNS, TAKEN, takenOf, WAITS } from './recordColumns.ts'
import { FIND_RECORDED, RECORDS } from './recordStatement.ts'
import type { RunWrite } from './runWrite.ts'

/** What became of a write. */
export type RecordResult =
  /** Another holds the job, or nobody does: nothing was written, and nothing more may be. */
  | { readonly kind: 'lost' }
  /**
   * The database knows of another journal than the run does: it was restored, or a failover lost commits. Nothing was
   * written.
   */
  | { readonly kind: 'behind' }
  /** Written, but for an end that a cancel forbids; `cancelled` tells of that cancel. */
  | {
      readonly kind: 'recorded'
      readonly cancelled: boolean
      readonly finishedAt: number | null
      /** Rows of the journal, these included. */
      readonly rows: number
      /** It waits, and is nobody's now. Not where a cancel or a signal came first. */
      readonly suspended: boolean
      /** Signals that were sent to the job so far. */
      readonly signals: number
      /** Messages were inserted with the group. */
      readonly told: boolean
    }

type RecordRow = {
  id: string
  tenant: string
  cancelled: boolean
  finished_at: number | null
  rows: number
  suspended: boolean
  signals: number
  told: boolean
}

/** Records what runs did, in one statement; each run stands in it once. */
export async function recordRuns(database: Database, writes: readonly RunWrite[]): Promise<RecordResult[]> {
  const written = writes.map(writtenOf)
  const values = [...RUNS.values(written), ...ROWS.values(journalRowsOf(written)), ...TAKEN.values(takenOf(writes))]
  const moved = writes.some(({ waits }) => waits !== null)
    ? await database.query<RecordRow>(RECORDS.waits, [...values, ...WAITS.values(writes)])
    : await database.query<RecordRow>(RECORDS.plain, values)
  const byKey = new Map(moved.map((row) => [keyOf(row), row]))
  if (moved.length < writes.length) {
    const left = writes.filter((write) => !byKey.has(keyOf(write)))
    for (const row of await findRecorded(database, left)) byKey.set(keyOf(row), row)
  }
  return written.map((one) => {
    const row = byKey.get(keyOf(one.write))
    return row === undefined ? { kind: 'lost' } : resultOf(row, one)
  })
}

function findRecorded(database: Database, writes: readonly RunWrite[]): Promise<RecordRow[]> {
  return database.query<RecordRow>(FIND_RECORDED, HELD.values(writes))
}

function keyOf({ tenant, id }: { readonly tenant: string; readonly id: string }): string {
  return `${tenant}\n${id}`
}

function resultOf(row: RecordRow, { write, own, rows: { length } }: GivenWrite): RecordResult {
  const { cancelled, finished_at: finishedAt, rows, suspended, signals, told } = row
  const inOwnRow = own !== null && finishedAt !== null
  if (rows !== (inOwnRow ? 0 : write.rows + length + (own === null ? 0 : 1))) return { kind: 'behind' }
  return { kind: 'recorded', cancelled, finishedAt, rows, suspended, signals, told }
}

function writtenOf(write: RunWrite): GivenWrite {
  const rows = rowsOf(write.entries)
  const own = rows.length > 0 && isWhole(write, rows) ? ownEntries(rows) : null
  return { write, own, rows: own === null ? rows : [] }
}

/** Whether a write holds a run from its begin to its end, and nothing that hangs on rows of the journal. */
function isWhole({ rows: before, lastSeq, end, waits }: RunWrite, [first]: readonly JournalRow[]): boolean {
  return before === 0 && lastSeq === 0 && end !== null && waits === null && first?.variables === end.variables
}
