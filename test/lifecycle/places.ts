import { readPage } from '../docs/fences.ts'

/** docs/lifecycle.md, as far as tests read it. */
export const page = await readPage('docs/lifecycle.md')

/** What leads from one place to another: a function of the store. */
export type Arrow = { readonly from: string; readonly by: string; readonly to: string }

const ARROWS = /^\| `?(\w+)`? +\| `(\w+)` *\| `?(\w+)`? +\|/gm

/** Every arrow of the page. */
export const arrows: readonly Arrow[] = [...page.slice(page.indexOf('Every arrow that there is')).matchAll(ARROWS)].map(
  ([, from = '', by = '', to = '']) => ({ from, by, to }),
)

/** A row of each place, as the page describes them. */
export const PLACES: Readonly<Record<string, object>> = {
  scheduled: { state: 'scheduled', wake_at: 'now' },
  queued: { state: 'queued', due_at: 'now' },
  held: { state: 'running', holder: 1, started_at: 'now' },
  suspended: { state: 'waiting', wait_kind: 'sleep', current_step: '1', wake_at: 'now', started_at: 'now' },
  released: { state: 'running', due_at: 'now', started_at: 'now' },
  delayed: { state: 'running', wake_at: 'now', started_at: 'now' },
  ending: { state: 'queued', holder: 1 },
  over: { state: 'succeeded', started_at: 'now', finished_at: 'now' },
}

/** What tells a job's place. */
export type PlaceRow = Readonly<
  Record<'state' | 'holder' | 'due_at' | 'wake_at' | 'started_at' | 'journal_rows', unknown>
>

const COLUMNS = ['holder', 'due_at', 'wake_at', 'started_at'] as const
const ROWS = /^\| `(\w+)` +\| (`\w+`[^|]*)\| ([^|]+)\| ([^|]+)\| ([^|]+)\| ([^|]+)\|/gm

/** The places of a row by the table of the page: one, unless the page is at fault. */
export function placesOf(row: PlaceRow | undefined): string[] {
  if (row === undefined) return ['none']
  if (row.journal_rows === null) return ['old']
  return [...page.matchAll(ROWS)].flatMap(([, place = '', states = '', ...cells]) => {
    const fits = COLUMNS.every((column, i) => FITS[cells[i]?.trim() ?? '']?.(row[column]) ?? false)
    return fits && states.includes(`\`${row.state}\``) ? [place] : []
  })
}

const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  null: (value) => value === null,
  set: (value) => value !== null,
  'a replica': (value) => value !== null,
  any: () => true,
}
