import type { Database } from '../client.ts'
import { PROGRESS } from './progress.ts'
import { statement } from '../statement.ts'
import { JOB_COLUMNS, type JobRow } from './jobColumns.ts'

/** A job as it is stored; JSON is text. */
export type StoredJob = JobRow & {
  readonly cancel_at: number | null
  readonly current_step: string | null
  readonly definition: string
  /** After the last recorded step that changed them; null: as in the definition. */
  readonly variables: string | null
  readonly output: string | null
}

/** A job, and when it was read, by the database's clock. */
export type ReadJob = StoredJob & {
  readonly read_at: number
  /** Its own callbacks, secrets sealed; null: none. */
  readonly callbacks: string | null
  /** What its steps said last of how far they are, an object by their paths; null: nothing, or nobody runs it. */
  readonly progress: string | null
  /** What its journal takes on disk. */
  readonly packed_bytes: number
}

/**
 * One job. By primary key; the variables of a job that is not over stand in its last row of the journal that has
 * some; in the form of the version before, at its last step that changed them.
 */
const JOB = statement({
  name: 'job',
  text: `
select ${JOB_COLUMNS}, j.cancel_at, j.current_step, j.definition, j.callbacks, j.output,${PROGRESS},
       clock_timestamp() as read_at,
       (coalesce(pg_column_size(j.entries), 0) + coalesce((
         select sum(pg_column_size(r.entries)) from journal r where r.job_id = j.id and r.tenant = j.tenant
       ), 0))::float8 as packed_bytes,
       case when j.finished_at is not null then j.variables else coalesce((
         select r.variables from journal r
         where r.job_id = j.id and r.tenant = j.tenant and r.variables is not null order by r.number desc limit 1
       ), (
         select s.variables from step s
         where s.job_id = j.id and s.tenant = j.tenant and s.variables is not null order by s.seq desc limit 1
       )) end as variables
from job j
where j.id = $1 and j.tenant = $2`,
})

/** A job, with the variables that its last entries left; null: the tenant has none of that id. */
export async function readJob(database: Database, tenant: string, id: string): Promise<ReadJob | null> {
  const [row] = await database.query<ReadJob>(JOB, [id, tenant])
  return row ?? null
}

/** What a job's ETag is made of. By primary key. */
const VERSION = statement({
  name: 'version',
  text: `
select j.nonce, j.state, greatest(j.last_seq, j.recorded) as recorded, j.cancel_at, coalesce(j.takeovers_total, 0) as takeovers,
       j.scheduled_for, j.current_step, clock_timestamp() as read_at,${PROGRESS}
from job j where j.id = $1 and j.tenant = $2`,
})

/** What of a job changes whenever anything of it does, but for pauses that are over; and when it was read. */
export type JobVersion = Pick<
  ReadJob,
  'nonce' | 'state' | 'recorded' | 'cancel_at' | 'takeovers' | 'scheduled_for' | 'current_step' | 'progress' | 'read_at'
>

/** What tells whether a job is still as it was read before; null: the tenant has none of that id. */
export async function readVersion(database: Database, tenant: string, id: string): Promise<JobVersion | null> {
  const [row] = await database.query<JobVersion>(VERSION, [id, tenant])
  return row ?? null
}

/** Jobs that wait, counted up to a bound. A range of job_due. */
const QUEUED = statement({
  name: 'queued',
  text: `
select count(*)::int as queued
from (select from job where holder is null and due_at is not null limit $1::int) waiting`,
})

/** The same of one tenant. */
const QUEUED_OF = statement({
  name: 'queued-of',
  text: `
select count(*)::int as queued
from (select from job where tenant = $1 and holder is null and due_at is not null limit $2::int) waiting`,
})

/**
 * The same, and how many other tenants have jobs that wait, up to $3: a loose scan of job_due, one look-up a tenant. Asked
 * only where the queue is full, for each tenant once a second.
 */
const SHARES = statement({
  name: 'queue-shares',
  text: `
with recursive waiting as (
  (select tenant, 1 as n from job where holder is null and due_at is not null order by tenant limit 1)
  union all
  select nxt.tenant, waiting.n + 1
  from waiting, lateral (
    select j.tenant from job j
    where j.holder is null and j.due_at is not null and j.tenant > waiting.tenant order by j.tenant limit 1
  ) nxt
  where waiting.n < $3::int
)
select (select count(*)::int from waiting where tenant <> $1) as others,
       (select count(*)::int from (
         select from job where tenant = $1 and holder is null and due_at is not null limit $2::int
       ) own) as queued`,
})

/** What a tenant has in the queue, and who else is there. */
export type InQueue = { readonly queued: number; readonly others: number }

/** Other tenants that wait are counted up to here. */
const MAX_OTHERS = 1000

/** How many jobs of a tenant wait, counted no further than `bound`, and of how many other tenants some do. */
export async function countShares(database: Database, tenant: string, bound: number): Promise<InQueue> {
  const [row] = await database.query<InQueue>(SHARES, [tenant, bound, MAX_OTHERS])
  return row ?? { queued: 0, others: 0 }
}

/** How many jobs of a tenant wait, counted no further than `bound`. */
export async function countQueuedOf(database: Database, tenant: string, bound: number): Promise<InQueue> {
  const [row] = await database.query<{ queued: number }>(QUEUED_OF, [tenant, bound])
  return { queued: row?.queued ?? 0, others: 0 }
}

/** How many jobs wait, counted no further than `bound`. */
export async function countQueued(database: Database, bound: number): Promise<number> {
  const [row] = await database.query<{ queued: number }>(QUEUED, [bound])
  return row?.queued ?? 0
}
