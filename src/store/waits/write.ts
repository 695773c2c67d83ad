import { type GivenColumn, GivenRows, namesOf, writtenFrom } from '../givenRows.ts'

/** A wait for a person or an event that began. Moments are milliseconds since 1970. */
export type NewWait = {
  readonly id: string
  readonly kind: 'ask' | 'signal'
  readonly path: string
  /** The seq under which it is told. */
  readonly seq: number
  readonly askedAt: number
  readonly until: number | null
  /** JSON text: what is asked, or the signal's name. */
  readonly content: string
  readonly state: WaitState
}

/** How a wait stands. An answer closes it by itself, all else with the record of its step. */
export type WaitState = 'open' | 'answered' | 'expired' | 'cancelled'

/** What of the waits of a run is to be written with what happened. */
export type WaitWrites = {
  readonly begun: readonly NewWait[]
  readonly ended: readonly { readonly id: string; readonly state: WaitState }[]
}

type Writes = { readonly waits: WaitWrites | null }

/** What belongs to the run in that place of the group. */
type OfRun<T> = T & { readonly ord: number }

const WAIT_COLUMNS: readonly GivenColumn<NewWait>[] = [
  ['id', 'text', ({ id }) => id],
  ['kind', 'text', ({ kind }) => kind],
  ['path', 'text', ({ path }) => path],
  ['asked_at', 'moment', ({ askedAt }) => askedAt],
  ['until', 'moment', ({ until }) => until],
  ['content', 'json', ({ content }) => content],
  ['state', 'text', ({ state }) => state],
]

/** What the statement that records runs has for waits: CTEs, a column, and their values. */
export type WaitParts = {
  /** A CTE of those that begin. */
  readonly given: string
  /** The seqs of those of the run `e`. */
  readonly asked: string
  /** CTEs that write. They join `moved`, which has what is surely written. */
  readonly write: string
  readonly values: (writes: readonly Writes[]) => unknown[][]
}

/**
 * These parts, their parameters from `first` on.
 *
 * By primary key. An answer that was taken before stays, and so does a wait that is there. Locks: rows of jobs that are locked.
 */
export function waitParts(first: number): WaitParts {
  const begun = new GivenRows<OfRun<NewWait>>(first, [
    ['ord', 'int', ({ ord }) => ord],
    ...WAIT_COLUMNS,
    ['seq', 'int', ({ seq }) => seq],
  ])
  const ended = new GivenRows<OfRun<WaitWrites['ended'][number]>>(begun.next, [
    ['ord', 'int', ({ ord }) => ord],
    ['id', 'text', ({ id }) => id],
    ['state', 'text', ({ state }) => state],
  ])
  return {
    given: `given_wait as materialized (
  select * from ${begun.as('w')}
), `,
    asked: `,
         (select array_agg(w.seq) from given_wait w where w.ord = e.ord) as asked`,
    write: `begun_wait as (
  insert into wait (job_id, tenant, ${namesOf(WAIT_COLUMNS)})
  select m.id, m.tenant, ${writtenFrom('w', WAIT_COLUMNS)}
  from given_wait w join moved m on m.ord = w.ord
  on conflict (job_id, tenant, id) do nothing
), ended_wait as (
  update wait set state = e.state
  from (select m.id as job_id, m.tenant, e.id, e.state from ${ended.as('e')} join moved m on m.ord = e.ord offset 0) e
  where wait.job_id = e.job_id and wait.tenant = e.tenant and wait.id = e.id and wait.state = 'open'
), `,
    values: (writes) => [
      ...begun.values(writes.flatMap(({ waits }, i) => ofRun(i + 1, waits?.begun ?? []))),
      ...ended.values(writes.flatMap(({ waits }, i) => ofRun(i + 1, waits?.ended ?? []))),
    ],
  }
}

function ofRun<T>(ord: number, waits: readonly T[]): OfRun<T>[] {
  return waits.map((wait) => ({ ...wait, ord }))
}
