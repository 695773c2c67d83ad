import type { Entry } from '../../engine/run/entry.ts'
import { isTold, type StoredVariables, writeEntry } from './entryText.ts'

/** A row of the journal, as far as its entries make it. */
export type JournalRow = {
  /** Where one large entry stands alone: its path. */
  readonly path: string | null
  /** Entries that are told. */
  readonly told: number
  /** A JSON array of entries. */
  readonly entries: string
  /** The job's own variables after these entries, where they changed. */
  readonly variables: string | null
}

/** Postgres compresses rows from about 2 KB on, and moves what is still large out of them: a row stays below. */
const ROW_CHARACTERS = 1800

/** Parts what one commit writes for one job into rows: small entries together, each large one alone. */
export function rowsOf(entries: readonly Entry[]): JournalRow[] {
  const last = entries.findLastIndex((entry) => ownVariables(entry) !== null)
  const rows: JournalRow[] = []
  let open: OpenRow | null = null
  let i = 0
  for (const entry of entries) {
    const isLast = i++ === last
    const variables = entry.kind === 'step' ? entry.variables : null
    const text = writeEntry(entry, isLast ? IN_COLUMN : variables)
    if (open !== null && open.characters + text.length > ROW_CHARACTERS) {
      rows.push(close(open))
      open = null
    }
    const row: OpenRow = open ?? { texts: [], told: 0, characters: 0, path: entry.path, variables: null }
    open = row
    row.texts.push(text)
    row.characters += text.length
    if (isTold(entry)) row.told++
    if (isLast) row.variables = ownVariables(entry)
  }
  if (open !== null) rows.push(close(open))
  return rows
}

/** What an entry makes the job's own variables; null: it leaves them. */
function ownVariables(entry: Entry): string | null {
  if (entry.kind === 'step') return entry.variables?.scope === '' ? entry.variables.json : null
  if (entry.kind !== 'mark' || entry.mark.kind !== 'variables' || entry.path !== '') return null
  return JSON.stringify(entry.mark.variables)
}

/** The last variables of the job's own scope stand in a column of their row: a job that runs is shown with them. */
const IN_COLUMN: StoredVariables = { scope: '', json: null }

type OpenRow = { texts: string[]; told: number; characters: number; path: string; variables: string | null }

function close({ texts, told, characters, path, variables }: OpenRow): JournalRow {
  const isLarge = characters > ROW_CHARACTERS
  return { path: isLarge ? path : null, told, entries: `[${texts.join(',')}]`, variables }
}

/** How many of some entries are told: they get the next seqs. */
export function countTold(entries: readonly Entry[]): number {
  let told = 0
  for (const entry of entries) if (isTold(entry)) told++
  return told
}

/** A row with its place in its job's journal. */
export type NumberedRow = JournalRow & { readonly number: number; readonly firstSeq: number }

/** Rows that follow so many rows and seqs of their job. */
export function numbered(rows: readonly JournalRow[], rowsBefore: number, lastSeq: number): NumberedRow[] {
  let seq = lastSeq + 1
  return rows.map((row, i) => {
    const firstSeq = seq
    seq += row.told
    return { ...row, number: rowsBefore + i + 1, firstSeq }
  })
}
