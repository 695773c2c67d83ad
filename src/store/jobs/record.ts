import type { StepEntry } from '../../engine/run/entry.ts'
import { STATUS_VALUES } from '../../engine/status.ts'
import type { Database } from '../client.ts'
import { insertMessages } from '../messages/insert.ts'
import { statement } from '../statement.ts'
import { columns } from './columns.ts'

/** What one run has to write: its new steps, where it stands, and its end if it is over. */
export type RunWrite = {
  readonly tenant: string
  readonly id: string
  readonly fence: string
  /** The seq up to which the run's steps are recorded already. */
  readonly recorded: number
  readonly outcomes: readonly StepEntry[]
  /** The path of the step with effects that begins now, or null. */
  readonly currentStep: string | null
  /** The last failed step so far. */
  readonly failedPosition: number | null
  readonly failedStep: string | null
  readonly end: RunWriteEnd | null
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
  /** The database knows less of the run than was recorded once: it was restored, or a failover lost commits. Nothing was written. */
  | { readonly kind: 'behind' }
  /** Written, but for an end that a cancel forbids; `cancelled` tells of that cancel. */
  | {
      readonly kind: 'recorded'
      readonly cancelled: boolean
      readonly finishedAt: number | null
      /** Messages were inserted with the group. */
      readonly told: boolean
    }

/**
 * Records what runs did: one statement, fenced by row locks.
 *
 * `held` locks each job row (FOR NO KEY UPDATE, in order of the keys) where id and fence agree; everything else joins
 * what was locked, so a run that lost its job writes nothing. A write that is tried again after an error whose outcome
 * is unknown finds `recorded` moved on, or the job over, under its own fence: `fresh` leaves it out, and it is answered
 * as written. Plan: the arrays drive; look-ups by primary key.
 */
const RECORD = statement({
  name: 'record',
  text: `
with held as materialized (
  select j.id, j.tenant, j.cancel_at, j.finished_at, j.callbacks, j.recorded as was, e.recorded, e.recorded + e.count as now,
         case when j.cancel_at is null or e.state = 'cancelled' then e.state end as state,
         e.failed_position, e.failed_step, e.current_step, e.variables, e.output, e.output_omitted
  from unnest($1::text[], $2::text[], $3::bigint[], $4::int[], $5::int[], $6::text[], $7::text[], $8::int[], $9::text[],
              $10::text[], $11::text[], $12::bool[])
       as e(id, tenant, fence, recorded, count, current_step, state, failed_position, failed_step, variables, output, output_omitted)
  join job j on j.id = e.id and j.tenant = e.tenant and j.fence = e.fence
  order by e.id, e.tenant
  for no key update of j
), fresh as materialized (
  select held.*, held.state is not null as over from held where finished_at is null and was in (recorded, now)
), done as (
  insert into step (job_id, tenant, seq, position, status, started_at, finished_at, return_value, variables)
  select s.job_id, s.tenant, s.seq, s.position, s.status, to_timestamp(s.started / 1000), to_timestamp(s.finished / 1000),
         s.value::json, s.variables::json
  from unnest($13::text[], $14::text[], $15::int[], $16::int[], $17::int[], $18::float8[], $19::float8[], $20::text[], $21::text[])
       as s(job_id, tenant, seq, position, status, started, finished, value, variables)
  join fresh f on f.id = s.job_id and f.tenant = s.tenant and f.was = f.recorded
), moved as (
  update job set
    recorded = f.now,
    takeovers = case when f.now > f.was then 0 else job.takeovers end,
    current_step = case when f.state is null then f.current_step end,
    failed_position = f.failed_position,
    failed_step = f.failed_step,
    state = coalesce(f.state, job.state),
    variables = case when f.state is not null then f.variables::json end,
    output = case when f.state is not null then f.output::json end,
    output_omitted = f.state is not null and f.output_omitted,
    finished_at = case when f.state is not null then clock_timestamp() end,
    run_at = case when f.state is null then job.run_at end,
    owner = case when f.state is null then job.owner end
  from fresh f
  where job.id = f.id and job.tenant = f.tenant
  returning job.id, job.tenant, job.finished_at
), ${insertMessages('fresh')}
select held.id, held.tenant, held.cancel_at is not null as cancelled, coalesce(moved.finished_at, held.finished_at) as finished_at,
       held.finished_at is null and held.was not in (held.recorded, held.now) as behind, exists (select from told) as told
from held left join moved on moved.id = held.id and moved.tenant = held.tenant`,
})

type RecordRow = {
  id: string
  tenant: string
  cancelled: boolean
  finished_at: number | null
  behind: boolean
  told: boolean
}

/** Records what runs did, in one statement; each run stands in it once. */
export async function recordRuns(database: Database, writes: readonly RunWrite[]): Promise<RecordResult[]> {
  const rows = await database.query<RecordRow>(RECORD, [...runColumns(writes), ...stepColumns(writes)])
  const byKey = new Map(rows.map((row) => [`${row.tenant}\n${row.id}`, row]))
  return writes.map(({ tenant, id }): RecordResult => {
    const row = byKey.get(`${tenant}\n${id}`)
    if (row === undefined) return { kind: 'lost' }
    if (row.behind) return { kind: 'behind' }
    return { kind: 'recorded', cancelled: row.cancelled, finishedAt: row.finished_at, told: row.told }
  })
}

function runColumns(writes: readonly RunWrite[]): unknown[][] {
  return columns(
    writes,
    (write) => write.id,
    (write) => write.tenant,
    (write) => write.fence,
    (write) => write.recorded,
    (write) => write.outcomes.length,
    (write) => write.currentStep,
    (write) => write.end?.state ?? null,
    (write) => write.failedPosition,
    (write) => write.failedStep,
    (write) => write.end?.variables ?? null,
    (write) => write.end?.output ?? null,
    (write) => write.end?.outputOmitted ?? false,
  )
}

function stepColumns(writes: readonly RunWrite[]): unknown[][] {
  const steps = writes.flatMap((write) =>
    write.outcomes.map((outcome, i) => ({ write, outcome, seq: write.recorded + i + 1 })),
  )
  return columns(
    steps,
    ({ write }) => write.id,
    ({ write }) => write.tenant,
    ({ seq }) => seq,
    ({ outcome }) => outcome.position,
    ({ outcome }) => STATUS_VALUES[outcome.status],
    ({ outcome }) => outcome.startedAt,
    ({ outcome }) => outcome.finishedAt,
    ({ outcome }) => outcome.json,
    ({ outcome }) => outcome.variables?.json ?? null,
  )
}
