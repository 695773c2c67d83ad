import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import type { StoredJob, StoredStep } from './read.ts'

/** Which of a job's events are wanted. */
export type EventRange = {
  readonly tenant: string
  readonly id: string
  /** The seq behind which to read. */
  readonly after: number
  /** Up to which to read. */
  readonly upTo: number
}

/** Where a job stands. */
export type JobHead = {
  /** Tells the job from an earlier one of the same id. */
  readonly nonce: string
  /** The last seq among its steps; its end comes next. */
  readonly recorded: number
  readonly over: boolean
  /** As posted; null where it was not asked for. */
  readonly definition: string | null
}

/** By primary key, one look-up a job. A definition is only fetched where the caller does not have it. */
const HEADS = statement({
  name: 'job-heads',
  text: `
select w.n::int as n, j.nonce, j.recorded, j.finished_at is not null as over, case when w.whole then j.definition end as definition
from unnest($1::text[], $2::text[], $3::bool[]) with ordinality as w(id, tenant, whole, n)
join job j on j.id = w.id and j.tenant = w.tenant`,
})

/** Where jobs stand; undefined for one that is not there. */
export async function readHeads(
  database: Database,
  jobs: readonly { readonly tenant: string; readonly id: string; readonly withDefinition: boolean }[],
): Promise<(JobHead | undefined)[]> {
  const rows = await database.query<JobHead & { n: number }>(HEADS, [
    jobs.map(({ id }) => id),
    jobs.map(({ tenant }) => tenant),
    jobs.map(({ withDefinition }) => withDefinition),
  ])
  const heads = jobs.map((): JobHead | undefined => undefined)
  for (const { n, ...head } of rows) heads[n - 1] = head
  return heads
}

/** A step's row, and the number of its event. */
export type StoredEvent = StoredStep & { readonly seq: number }

/**
 * The step rows of some ranges: one range of the primary key for each. Of one job only so many at once as are small
 * together, and always the first: sizes are those in the table, so nothing that is left out is unpacked.
 */
const EVENTS = statement({
  name: 'events',
  text: `
select w.n::int as n, s.seq, s.position, s.status, s.started_at, s.finished_at, s.return_value
from unnest($1::text[], $2::text[], $3::int[], $4::int[]) with ordinality as w(id, tenant, after, up_to, n),
lateral (
  select step.*, coalesce(sum(pg_column_size(return_value)) over (order by seq rows between unbounded preceding and 1 preceding), 0) as before
  from step
  where job_id = w.id and tenant = w.tenant and seq > w.after and seq <= w.up_to
) s
where s.before < $5::int
order by w.n, s.seq`,
})

/** The recorded steps of each range, in order. `maxBytes` bounds what is read of one job, as it is stored. */
export async function readEvents(
  database: Database,
  ranges: readonly EventRange[],
  maxBytes: number,
): Promise<StoredEvent[][]> {
  const rows = await database.query<StoredEvent & { n: number }>(EVENTS, [
    ranges.map(({ id }) => id),
    ranges.map(({ tenant }) => tenant),
    ranges.map(({ after }) => after),
    ranges.map(({ upTo }) => upTo),
    maxBytes,
  ])
  const events = ranges.map((): StoredEvent[] => [])
  for (const row of rows) events[row.n - 1]?.push(row)
  return events
}

/** A job that is over, without its definition, and its last failed step if it has one. */
export type StoredEnd = Omit<StoredJob, 'definition'> & {
  readonly finished_at: number
  readonly failed: StoredStep | null
}

/** Jobs by primary key; the failed step in the range of its job's rows. */
const ENDS = statement({
  name: 'job-ends',
  text: `
select w.n::int as n, j.id, j.tenant, j.state, j.created_at, j.started_at, j.finished_at, j.cancel_at, j.recorded, j.failed_step,
       j.current_step, j.variables, j.output, j.output_omitted,
       f.position as f_position, f.status as f_status, f.started_at as f_started_at, f.finished_at as f_finished_at,
       f.return_value as f_return_value
from unnest($1::text[], $2::text[]) with ordinality as w(id, tenant, n)
join job j on j.id = w.id and j.tenant = w.tenant and j.finished_at is not null
left join lateral (
  select * from step
  where step.job_id = j.id and step.tenant = j.tenant and step.position = j.failed_position order by step.seq desc limit 1
) f on true`,
})

type EndRow = Omit<StoredEnd, 'failed'> & {
  n: number
  f_position: number | null
  f_status: number
  f_started_at: number | null
  f_finished_at: number
  f_return_value: string
}

/** How jobs ended; undefined for one that is not over, or not there. */
export async function readEnds(
  database: Database,
  jobs: readonly { readonly tenant: string; readonly id: string }[],
): Promise<(StoredEnd | undefined)[]> {
  const rows = await database.query<EndRow>(ENDS, [jobs.map(({ id }) => id), jobs.map(({ tenant }) => tenant)])
  const ends = jobs.map((): StoredEnd | undefined => undefined)
  for (const row of rows) ends[row.n - 1] = endOfRow(row)
  return ends
}

function endOfRow({ n: _n, f_position, f_status, f_started_at, f_finished_at, f_return_value, ...job }: EndRow) {
  const failed =
    f_position === null
      ? null
      : {
          position: f_position,
          status: f_status,
          started_at: f_started_at,
          finished_at: f_finished_at,
          return_value: f_return_value,
        }
  return { ...job, failed }
}

/** By primary key, one look-up a job. */
const MOVED = statement({
  name: 'moved',
  text: `
select w.n::int as n, j.id is null or j.finished_at is not null as over, coalesce(j.recorded, 0) as recorded
from unnest($1::text[], $2::text[], $3::int[]) with ordinality as w(id, tenant, known, n)
left join job j on j.id = w.id and j.tenant = w.tenant
where j.id is null or j.finished_at is not null or j.recorded > w.known`,
})

/** Which of some jobs have more steps than are `known`, or are over, or gone: their indexes. */
export async function findMoved(
  database: Database,
  jobs: readonly { readonly tenant: string; readonly id: string; readonly known: number }[],
): Promise<{ index: number; over: boolean; recorded: number }[]> {
  const rows = await database.query<{ n: number; over: boolean; recorded: number }>(MOVED, [
    jobs.map(({ id }) => id),
    jobs.map(({ tenant }) => tenant),
    jobs.map(({ known }) => known),
  ])
  return rows.map(({ n, over, recorded }) => ({ index: n - 1, over, recorded }))
}
