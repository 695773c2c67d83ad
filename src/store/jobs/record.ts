import type { Database } from '../client.ts'
import { type JournalRow, rowsOf } from '../journal/rows.ts'
import { isTaken } from '../postgres/failures.ts'
import { ownEntries } from './acceptFinished.ts'
import { type GivenWrite, HELD, journalRowsOf, ROWS, RUNS, TAKEN, takenOf, WAITS } from './recordColumns.ts'
import { FIND_RECORDED, RECORDS } from './recordStatement.ts'
import type { RunWrite } from './runWrite.ts'

/** What became of a write. */
export type RecordResult =
  /** Another holds the job, or nobody does: nothing was written, and nothing more may be. */
  | { readonly kind: 'lost' }
  /**
   * The database knows of another journal than the run does: it was restored, or a failover lost commits, or the journal
   * holds more than the job's row says. Nothing was written.
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
  /** The place of its run in the group, from 1. */
  ord: number
  cancelled: boolean
  finished_at: number | null
  rows: number
  suspended: boolean
  signals: number
  told: boolean
}

/**
 * Records what runs did, in one statement; each run stands in it once. Fails where it is refused for the sake of one of
 * several, which then is to be found.
 */
export async function recordRuns(database: Database, writes: readonly RunWrite[]): Promise<RecordResult[]> {
  try {
    return await recordAll(database, writes)
  } catch (error) {
    if (writes.length > 1 || !isTaken(error, 'journal_pkey')) throw error
    return [{ kind: 'behind' }]
  }
}

async function recordAll(database: Database, writes: readonly RunWrite[]): Promise<RecordResult[]> {
  const written = writes.map(writtenOf)
  const values = [...RUNS.values(written), ...ROWS.values(journalRowsOf(written)), ...TAKEN.values(takenOf(writes))]
  const moved = writes.some(({ waits }) => waits !== null)
    ? await database.query<RecordRow>(RECORDS.waits, [...values, ...WAITS.values(writes)])
    : await database.query<RecordRow>(RECORDS.plain, values)
  const found = moved.length < writes.length ? await findRecorded(database, writes, moved) : []
  const byOrd = new Map([...moved, ...found].map((row) => [row.ord, row]))
  return written.map((one, i) => {
    const row = byOrd.get(i + 1)
    return row === undefined ? { kind: 'lost' } : resultOf(row, one)
  })
}

/** How the jobs of those runs stand of which nothing was written. */
function findRecorded(
  database: Database,
  writes: readonly RunWrite[],
  moved: readonly RecordRow[],
): Promise<RecordRow[]> {
  const written = new Set(moved.map(({ ord }) => ord))
  const left = writes.map((write, i) => ({ write, ord: i + 1 })).filter(({ ord }) => !written.has(ord))
  return database.query<RecordRow>(FIND_RECORDED, HELD.values(left))
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
