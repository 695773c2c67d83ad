import { columns } from '../jobs/columns.ts'

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

/** CTEs of the statement that records runs. `moved` has what is surely written. */
export const GIVEN_WAITS = `given_wait as materialized (
  select * from unnest($32::text[], $33::text[], $34::text[], $35::text[], $36::text[], $37::int[], $38::float8[], $39::float8[],
                       $40::text[], $41::text[])
    as w(job_id, tenant, id, kind, path, seq, asked, until, content, state)
), `

export const ASKED = `,
         (select array_agg(w.seq) from given_wait w where w.job_id = e.id and w.tenant = e.tenant) as asked`

/** By primary key. An answer that was taken before stays, and so does a wait that is there. Locks: rows of jobs that are locked. */
export const WRITE_WAITS = `begun_wait as (
  insert into wait (job_id, tenant, id, kind, path, asked_at, until, content, state)
  select w.job_id, w.tenant, w.id, w.kind, w.path, to_timestamp(w.asked / 1000), to_timestamp(w.until / 1000), w.content::json, w.state
  from given_wait w join moved m on m.id = w.job_id and m.tenant = w.tenant
  on conflict (job_id, tenant, id) do nothing
), ended_wait as (
  update wait set state = e.state
  from unnest($42::text[], $43::text[], $44::text[], $45::text[]) as e(job_id, tenant, id, state), moved m
  where wait.job_id = e.job_id and wait.tenant = e.tenant and wait.id = e.id and wait.state = 'open'
    and m.id = e.job_id and m.tenant = e.tenant
), `

type Writes = { readonly tenant: string; readonly id: string; readonly waits: WaitWrites | null }

/** The values of these CTEs. */
export function waitColumns(writes: readonly Writes[]): unknown[][] {
  const begun = writes.flatMap(({ id, tenant, waits }) =>
    (waits?.begun ?? []).map((wait) => ({ ...wait, jobId: id, tenant })),
  )
  const ended = writes.flatMap(({ id, tenant, waits }) =>
    (waits?.ended ?? []).map((wait) => ({ ...wait, jobId: id, tenant })),
  )
  return [
    ...columns(
      begun,
      ({ jobId }) => jobId,
      ({ tenant }) => tenant,
      ({ id }) => id,
      ({ kind }) => kind,
      ({ path }) => path,
      ({ seq }) => seq,
      ({ askedAt }) => askedAt,
      ({ until }) => until,
      ({ content }) => content,
      ({ state }) => state,
    ),
    ...columns(
      ended,
      ({ jobId }) => jobId,
      ({ tenant }) => tenant,
      ({ id }) => id,
      ({ state }) => state,
    ),
  ]
}
