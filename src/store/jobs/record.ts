import type { Entry } from '../../engine/run/entry.ts'
import type { Database } from '../client.ts'
import { countTold, type JournalRow, type NumberedRow, numbered, rowsOf } from '../journal/rows.ts'
import { type WaitWrites, waitColumns } from '../waits/write.ts'
import { ownEntries } from './acceptFinished.ts'
import { columns } from './columns.ts'
import { writeFailure } from './failure.ts'
import type { FailedStep } from './newJob.ts'
import { FIND_RECORDED, RECORDS } from './recordStatement.ts'

/** What one run has to write: what happened since its last write, where it stands, and its end if it is over. */
export type RunWrite = {
  readonly tenant: string
  readonly id: string
  readonly fence: string
  /** Rows of the job's journal that the run knows of. */
  readonly rows: number
  /** The last seq that the run knows of. */
  readonly lastSeq: number
  readonly entries: readonly Entry[]
  /** The path of the step with effects that begins now, or that waits; null: none. */
  readonly currentStep: string | null
  /** The last failed step so far. */
  readonly failed: FailedStep | null
  /** What the run waits for, if it is to be suspended. */
  readonly suspend: Suspension | null
  readonly end: RunWriteEnd | null
  /** How long the job was run here since the last write, by the monotonic clock. */
  readonly ranMs: number
  /** Signals that these entries used up: their numbers. */
  readonly taken: readonly number[]
  /** Waits for people and events that began or ended with these entries; null: none did. */
  readonly waits: WaitWrites | null
}

/** A job of which nothing runs: it leaves its replica until a moment, or until something comes for it. */
export type Suspension = {
  /** Milliseconds since 1970, by the database's clock; null: only a signal wakes it. */
  readonly wakeAt: number | null
  /** What `current_step` waits for. */
  readonly kind: string
  /** Signals that the run knows of: one more keeps it running. */
  readonly signals: number
}

/** The end of a run. A job with a cancel takes no other end than `cancelled`. */
export type RunWriteEnd = {
  readonly state: 'succeeded' | 'failed' | 'cancelled'
  readonly variables: string | null
  readonly output: string | null
  readonly outputOmitted: boolean
}

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
  const values = [...runColumns(written), ...rowColumns(written), ...takenColumns(writes)]
  const moved = writes.some(({ waits }) => waits !== null)
    ? await database.query<RecordRow>(RECORDS.waits, [...values, ...waitColumns(writes)])
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
  const values = columns(
    writes,
    ({ id }) => id,
    ({ tenant }) => tenant,
    ({ fence }) => fence,
    ({ rows }) => rows,
  )
  return database.query<RecordRow>(FIND_RECORDED, values)
}

function keyOf({ tenant, id }: { readonly tenant: string; readonly id: string }): string {
  return `${tenant}\n${id}`
}

function resultOf(row: RecordRow, { write, own, rows: { length } }: Written): RecordResult {
  const { cancelled, finished_at: finishedAt, rows, suspended, signals, told } = row
  const inOwnRow = own !== null && finishedAt !== null
  if (rows !== (inOwnRow ? 0 : write.rows + length + (own === null ? 0 : 1))) return { kind: 'behind' }
  return { kind: 'recorded', cancelled, finishedAt, rows, suspended, signals, told }
}

/** A write, and what of its journal goes into the job's own row or into rows of the journal. */
type Written = { readonly write: RunWrite; readonly own: string | null; readonly rows: readonly JournalRow[] }

function writtenOf(write: RunWrite): Written {
  const rows = rowsOf(write.entries)
  const own = rows.length > 0 && isWhole(write, rows) ? ownEntries(rows) : null
  return { write, own, rows: own === null ? rows : [] }
}

/** Whether a write holds a run from its begin to its end, and nothing that hangs on rows of the journal. */
function isWhole({ rows: before, lastSeq, end, waits }: RunWrite, [first]: readonly JournalRow[]): boolean {
  return before === 0 && lastSeq === 0 && end !== null && waits === null && first?.variables === end.variables
}

function runColumns(written: readonly Written[]): unknown[][] {
  return columns(
    written,
    ({ write }) => write.id,
    ({ write }) => write.tenant,
    ({ write }) => write.fence,
    ({ write }) => write.rows,
    ({ rows, own }) => rows.length + (own === null ? 0 : 1),
    ({ write }) => countTold(write.entries),
    ({ write }) => write.currentStep,
    ({ write }) => write.end?.state ?? null,
    ({ write }) => write.failed?.seq ?? null,
    ({ write }) => write.failed?.path ?? null,
    ({ write }) => write.end?.variables ?? null,
    ({ write }) => write.end?.output ?? null,
    ({ write }) => write.end?.outputOmitted ?? false,
    ({ write }) => Math.round(write.ranMs),
    ({ write }) => write.suspend?.kind ?? null,
    ({ write }) => write.suspend?.wakeAt ?? null,
    ({ write }) => write.suspend?.signals ?? null,
    ({ write }) => write.taken.length,
    ({ write }) => writeFailure(write.failed?.failure),
    ({ own }) => own,
  )
}

function rowColumns(written: readonly Written[]): unknown[][] {
  const all = written.flatMap(({ write, rows }) =>
    numbered(rows, write.rows, write.lastSeq).map((row): { write: RunWrite; row: NumberedRow } => ({ write, row })),
  )
  return columns(
    all,
    ({ write }) => write.id,
    ({ write }) => write.tenant,
    ({ row }) => row.number,
    ({ row }) => row.firstSeq,
    ({ row }) => row.told,
    ({ row }) => row.path,
    ({ row }) => row.entries,
    ({ row }) => row.variables,
  )
}

function takenColumns(writes: readonly RunWrite[]): unknown[][] {
  const taken = writes.flatMap((write) => write.taken.map((number) => ({ write, number })))
  return columns(
    taken,
    ({ write }) => write.id,
    ({ write }) => write.tenant,
    ({ number }) => number,
  )
}
