import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { type StoredJob } from './read.ts'
import { JOB_COLUMNS } from './jobColumns.ts'

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
select w.n::int as n, j.nonce, greatest(j.last_seq, j.recorded) as recorded, j.finished_at is not null as over, case when w.whole then j.definition end as definition
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

/** A job that is over, without its definition. */
export type StoredEnd = Omit<StoredJob, 'definition'> & {
  readonly finished_at: number
  /** The seq of the step that explains its failure; null: none failed. */
  readonly failed_seq: number | null
}

/** By primary key, one look-up a job. In the form of the version before a step's position was its seq. */
const ENDS = statement({
  name: 'job-ends',
  text: `
select w.n::int as n, ${JOB_COLUMNS}, j.cancel_at, j.current_step, j.variables, j.output,
       coalesce(j.failed_seq, j.failed_position) as failed_seq
from unnest($1::text[], $2::text[]) with ordinality as w(id, tenant, n)
join job j on j.id = w.id and j.tenant = w.tenant and j.finished_at is not null`,
})

/** How jobs ended; undefined for one that is not over, or not there. */
export async function readEnds(
  database: Database,
  jobs: readonly { readonly tenant: string; readonly id: string }[],
): Promise<(StoredEnd | undefined)[]> {
  const rows = await database.query<StoredEnd & { n: number }>(ENDS, [
    jobs.map(({ id }) => id),
    jobs.map(({ tenant }) => tenant),
  ])
  const ends = jobs.map((): StoredEnd | undefined => undefined)
  for (const { n, ...end } of rows) ends[n - 1] = end
  return ends
}

/** By primary key, one look-up a job. */
const MOVED = statement({
  name: 'moved',
  text: `
select w.n::int as n, j.id is null or j.finished_at is not null as over, coalesce(greatest(j.last_seq, j.recorded), 0) as recorded
from unnest($1::text[], $2::text[], $3::int[]) with ordinality as w(id, tenant, known, n)
left join job j on j.id = w.id and j.tenant = w.tenant
where j.id is null or j.finished_at is not null or greatest(j.last_seq, j.recorded) > w.known`,
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
