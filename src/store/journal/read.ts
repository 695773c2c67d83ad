import { readingStored, StoredUnreadable } from '../../engine/values/unreadable.ts'
import { turns } from '../../process/turns.ts'
import type { Database } from '../client.ts'
import { GivenRows } from '../givenRows.ts'
import { isDataError } from '../postgres/failures.ts'
import { type Statement, statement } from '../statement.ts'
import { readEntries, type StoredEntry } from './entryText.ts'
import { LATER_BYTES, laterText, MAX_TOLD_BYTES } from './later.ts'

/** A row as it is stored. */
type Row = {
  readonly first_seq: number
  readonly entries: string
  readonly variables: string | null
  /** Its place in the journal; 0: it stands elsewhere. */
  readonly number?: number
  /** Where the value of its only entry is left out: what stands for it. */
  readonly nonce?: string
  readonly bytes?: number | null
}

/** An entry with its place among what is told of its job; null: it is not told. */
export type JournalEntry = StoredEntry & { readonly seq: number | null }

/** The path of a step by its position, for rows of the version before, which have none. */
export type PathAt = (position: number) => string

/**
 * All rows of the journal of the job `j`, as SQL: its own entries, the steps of the version before (a row each), the
 * journal's rows. In order of `first_seq, number`. `size` is that on disk, so nothing is unpacked to know it.
 */
const rowsWhere = (steps: string, rows: string): string => `
  select 0 as number, 1 as first_seq, null as path, j.entries, pg_column_size(j.entries) as size, j.variables,
         null::int as position, null::int as status, null::timestamptz as started_at, null::timestamptz as finished_at,
         null::json as return_value
  where j.entries is not null
  union all
  select 0, s.seq, null, null, coalesce(pg_column_size(s.return_value), 0), s.variables, s.position, s.status, s.started_at,
         s.finished_at, s.return_value
  from step s where s.job_id = j.id and s.tenant = j.tenant ${steps}
  union all
  select r.number, r.first_seq, r.path, r.entries, pg_column_size(r.entries), r.variables, null, null, null, null, null
  from journal r where r.job_id = j.id and r.tenant = j.tenant ${rows}`

/** The entries of a row; a step of the version before is written as one. */
const ENTRIES = `
coalesce(r.entries, json_build_array(json_build_array(
  'step', null, r.position, r.position - 1, r.status, round(extract(epoch from r.started_at) * 1000)::bigint,
  round(extract(epoch from r.finished_at) * 1000)::bigint, r.return_value)))`

/**
 * Rows `r` without the value of their only entry where it is large: `bytes` of it, and what else is in the row. Not by `->`, which looks
 * into texts: a NUL may stand there.
 */
const leavingOut = (leastBytes: number): string => `
left join lateral (
  select max(octet_length(v.item::text)) filter (where v.i = 8) as bytes,
         json_build_array(json_agg(case when v.i <> 8 then v.item end order by v.i)) as entries
  from json_array_elements(r.entries) e(entry), json_array_elements(e.entry) with ordinality as v(item, i)
  where r.path is not null
) l on l.bytes >= ${leastBytes}`
const ENTRIES_LEFT = `r.number, j.nonce, l.bytes, coalesce(l.entries, ${ENTRIES})`

/** A job's whole journal. By primary keys. */
const JOURNAL = statement({
  name: 'journal',
  text: `
select r.number, r.first_seq, ${ENTRIES} as entries, r.variables
from job j, lateral (${rowsWhere('', '')}) r
where j.id = $1 and j.tenant = $2
order by r.first_seq, r.number`,
})

/** Everything that happened in a run, in order: what it goes on from. `rows`: how many of the journal's hold it. */
export async function readJournal(
  database: Database,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  pathAt: PathAt,
): Promise<{ readonly entries: JournalEntry[]; readonly rows: number }> {
  const rows = await database.query<Row>(JOURNAL, [id, tenant])
  return { entries: await entriesInTurns(rows, { tenant, id }, pathAt), rows: rows.at(-1)?.number ?? 0 }
}

/** The entries of all rows of a job: it may have megabytes of them. */
async function entriesInTurns(
  rows: readonly Row[],
  { tenant, id }: { readonly tenant: string; readonly id: string },
  pathAt: PathAt,
): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = []
  for (const row of rows) {
    if (!turns.hasTime()) await turns.next(tenant)
    entries.push(...readingStored(() => entriesOf(row, pathAt, id)))
  }
  return entries
}

/**
 * A job's rows without what only a run needs; of those with one large entry only those with a path of $3, or below one
 * (null: all), so that reading one step never unpacks all. By primary keys.
 */
const stepsWith = (entries: string, leftOut: string): string => `
select r.first_seq, ${entries} as entries, null as variables
from job j, lateral (${rowsWhere(
  '',
  `and (r.path is null or $3::text[] is null or exists (
     select from unnest($3) as w(path) where r.path = w.path or starts_with(r.path, w.path || '/')))`,
)}) r ${leftOut}
where j.id = $1 and j.tenant = $2
order by r.first_seq, r.number`

const STEPS = statement({ name: 'steps', text: stepsWith(ENTRIES, '') })
const STEPS_LEFT = statement({ name: 'steps-left', text: stepsWith(ENTRIES_LEFT, leavingOut(LATER_BYTES)) })

/** Whether large values are read too, or left where they are stored until the answer is sent (`later.ts`). */
export type Values = 'whole' | 'later'

/** Or are read where they are small enough to be told in a message. */
type RangeValues = Values | 'told'

/** What is on record of a job's steps, in order. @param wanted the paths that are to be whole; null: all */
export async function readSteps(
  database: Database,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  pathAt: PathAt,
  wanted: readonly string[] | null,
  values: Values,
): Promise<JournalEntry[]> {
  const rows = await queryRows<Row>(database, values === 'whole' ? STEPS : STEPS_LEFT, [id, tenant, wanted])
  return entriesInTurns(rows, { tenant, id }, pathAt)
}

/** Some of a job's told entries. */
export type SeqRange = {
  readonly tenant: string
  readonly id: string
  /** The seq behind which to read. */
  readonly after: number
  /** Up to which to read. */
  readonly upTo: number
}

const WANTED = new GivenRows<SeqRange>(1, [
  ['id', 'text', ({ id }) => id],
  ['tenant', 'text', ({ tenant }) => tenant],
  ['after', 'int', ({ after }) => after],
  ['up_to', 'int', ({ upTo }) => upTo],
])

/**
 * The rows with some seqs of some jobs: ranges of primary keys. Of one job only so many at once as are small together, and
 * always the first.
 */
const rangesWith = (entries: string, leftOut: string): string => `
select w.ord::int as n, r.first_seq, ${entries} as entries, null as variables
from ${WANTED.numbered('w')}
join job j on j.id = w.id and j.tenant = w.tenant,
lateral (
  select r.*, sum(size) over (order by first_seq, number rows between unbounded preceding and 1 preceding) as before
  from (${rowsWhere(
    'and s.seq > w.after and s.seq <= w.up_to',
    'and r.told > 0 and r.first_seq + r.told - 1 > w.after and r.first_seq <= w.up_to',
  )}) r
) r ${leftOut}
where coalesce(r.before, 0) < $${WANTED.next}::bigint
order by w.ord, r.first_seq, r.number`

const RANGES = statement({ name: 'journal-ranges', text: rangesWith(ENTRIES, '') })
const RANGES_TOLD = statement({
  name: 'journal-ranges-told',
  text: rangesWith(ENTRIES_LEFT, leavingOut(MAX_TOLD_BYTES + 1)),
})
const RANGES_LEFT = statement({ name: 'journal-ranges-left', text: rangesWith(ENTRIES_LEFT, leavingOut(LATER_BYTES)) })

const RANGES_WITH = { whole: RANGES, later: RANGES_LEFT, told: RANGES_TOLD }

/**
 * The told entries of each range, in order.
 *
 * @param maxBytes bounds what is read of one job, as it is stored
 */
export async function readRanges(
  database: Database,
  ranges: readonly (SeqRange & { readonly pathAt: PathAt })[],
  maxBytes: number,
  values: RangeValues,
): Promise<JournalEntry[][]> {
  const wanted = [...WANTED.values(ranges), maxBytes]
  const rows = await queryRows<Row & { n: number }>(database, RANGES_WITH[values], wanted)
  const read = ranges.map((): JournalEntry[] => [])
  for (const row of rows) {
    const range = ranges[row.n - 1]
    if (range === undefined) continue
    const { after, upTo, id } = range
    const told = readingStored(() => entriesOf(row, range.pathAt, id)).filter(
      ({ seq }) => seq !== null && seq > after && seq <= upTo,
    )
    read[row.n - 1]?.push(...told)
  }
  return read
}

/** Where large values are left out the database takes entries apart, and finds that they are none. */
async function queryRows<Found extends Row>(
  database: Database,
  statement: Statement,
  values: readonly unknown[],
): Promise<Found[]> {
  try {
    return await database.query<Found>(statement, values)
  } catch (error) {
    throw isDataError(error) ? new StoredUnreadable(error) : error
  }
}

/** The entries of a row, each with its seq, and the variables that stand in the row's column in their place. */
function entriesOf(row: Row, pathAt: PathAt, id: string): JournalEntry[] {
  const { first_seq, entries, variables } = row
  const read = readEntries(entries, pathAt).map((entry) => withLater(entry, row, id))
  const last = variables === null ? -1 : indexOfLastVariables(read)
  let seq = first_seq
  return read.map((entry, i): JournalEntry => {
    const placed = { ...entry, seq: entry.kind === 'mark' ? null : seq++ }
    return placed.kind === 'step' && i === last ? { ...placed, variables: { scope: '', json: variables } } : placed
  })
}

/** Rows of the version before hold one step, and don't say that the variables are its. */
function indexOfLastVariables(entries: readonly StoredEntry[]): number {
  const marked = entries.findLastIndex((entry) => entry.kind === 'step' && entry.variables?.json === null)
  return marked < 0 ? entries.length - 1 : marked
}

/** An entry whose value was left out, with what stands for it. */
function withLater(entry: StoredEntry, { number, nonce, bytes }: Row, id: string): StoredEntry {
  if (entry.kind !== 'step' || number === undefined || nonce === undefined || bytes == null) return entry
  return { ...entry, step: { ...entry.step, returnValue: laterText({ id, nonce, number, bytes }) } }
}
