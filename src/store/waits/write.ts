import { type Column, GivenRows, namesOf, writtenFrom } from '../givenRows.ts'

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

type Writes = { readonly tenant: string; readonly id: string; readonly waits: WaitWrites | null }

type Begun = NewWait & { readonly jobId: string; readonly tenant: string }
type Ended = WaitWrites['ended'][number] & { readonly jobId: string; readonly tenant: string }

const WAIT_COLUMNS: readonly Column<Begun>[] = [
  ['job_id', 'text', ({ jobId }) => jobId],
  ['tenant', 'text', ({ tenant }) => tenant],
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
  /** The seqs of those of the job `e`. */
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
  const begun = new GivenRows<Begun>(first, [...WAIT_COLUMNS, ['seq', 'int', ({ seq }) => seq]])
  const ended = new GivenRows<Ended>(begun.next, [
    ['job_id', 'text', ({ jobId }) => jobId],
    ['tenant', 'text', ({ tenant }) => tenant],
    ['id', 'text', ({ id }) => id],
    ['state', 'text', ({ state }) => state],
  ])
  return {
    given: `given_wait as materialized (
  select * from ${begun.as('w')}
), `,
    asked: `,
         (select array_agg(w.seq) from given_wait w where w.job_id = e.id and w.tenant = e.tenant) as asked`,
    write: `begun_wait as (
  insert into wait (${namesOf(WAIT_COLUMNS)})
  select ${writtenFrom('w', WAIT_COLUMNS)}
  from given_wait w join moved m on m.id = w.job_id and m.tenant = w.tenant
  on conflict (job_id, tenant, id) do nothing
), ended_wait as (
  update wait set state = e.state
  from ${ended.as('e')}, moved m
  where wait.job_id = e.job_id and wait.tenant = e.tenant and wait.id = e.id and wait.state = 'open'
    and m.id = e.job_id and m.tenant = e.tenant
), `,
    values: (writes) => [
      ...begun.values(writes.flatMap(({ id, tenant, waits }) => ofJob(id, tenant, waits?.begun ?? []))),
      ...ended.values(writes.flatMap(({ id, tenant, waits }) => ofJob(id, tenant, waits?.ended ?? []))),
    ],
  }
}

function ofJob<T>(jobId: string, tenant: string, waits: readonly T[]): (T & { jobId: string; tenant: string })[] {
  return waits.map((wait) => ({ ...wait, jobId, tenant }))
}
