import type { Database } from '../client.ts'
import { countTold, type JournalRow, rowsOf } from '../journal/rows.ts'
import { insertMessages } from '../messages/insert.ts'
import { statement } from '../statement.ts'
import { columns } from './columns.ts'
import { failureFrom, writeFailure } from './failure.ts'
import { rowColumns } from './journalColumns.ts'
import type { Acceptance, BegunProgress, NewJob } from './newJob.ts'

/** A job that this replica goes on with as soon as it is accepted, without a key, labels, callbacks, secret inputs or a parent. */
export type BegunJob = { readonly job: NewJob; readonly progress: BegunProgress; readonly rows: readonly JournalRow[] }

/** The job with what its first steps gave, if it is one of these. */
export function asBegun(job: NewJob): BegunJob | null {
  const { progress, idempotency, labelRows, labels, callbacks, parent, sealedInputs, schedule, owned, scheduledFor } =
    job
  if (progress.state !== 'running' || !owned || scheduledFor !== null || parent !== undefined) return null
  if (sealedInputs !== undefined || schedule !== undefined) return null
  if (idempotency !== null || labels !== null || labelRows.length > 0 || callbacks !== null) return null
  return { job, progress, rows: rowsOf(progress.entries) }
}

/**
 * Accepts jobs that begin here at once: what one with a step with effects costs before that step. As `accept` does it for
 * any job, without what these don't need.
 *
 * Plan: the arrays drive; the replica's row is looked up once. Locks: jobs are inserted in order of their keys, so
 * concurrent groups wait for each other and never in a circle. A replica whose lease ran out leaves the job to whoever
 * claims it. Rows of the journal name their job by its ordinal in the group, which comes back for each that was inserted.
 */
const ACCEPT_BEGUN = statement({
  name: 'accept-begun',
  text: `
with given as (
  select * from unnest(
    $1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::int[], $7::int[], $8::text[], $9::text[], $10::text[],
    $11::uuid[], $12::text[], $13::text[], $14::int[], $15::text[], $16::text[], $17::int[]
  ) with ordinality as t(
    id, tenant, created_by, created, started, last_seq, failed_seq, failed_step, name, checks, nonce, definition, current_step, journal_rows, failure,
    definition_name, definition_version, ord
  )
), made as (
  insert into job (
    id, tenant, created_by, created_at, started_at, state, due_at, holder, fence, journal_rows, last_seq, failed_seq, failed_step,
    name, checks, nonce, definition, current_step, failed_action, failed_status, failed_type, failed_message,
    definition_name, definition_version
  )
  select
    g.id, g.tenant, g.created_by, to_timestamp(g.created / 1000), to_timestamp(g.started / 1000), 'running',
    case when r.holder is null then clock_timestamp() end, r.holder, hashtextextended(gen_random_uuid()::text, 0),
    g.journal_rows, g.last_seq, g.failed_seq, g.failed_step, g.name, g.checks::json, g.nonce, g.definition::json,
    case when r.holder is not null then g.current_step end, ${failureFrom('g.failure::json')},
    g.definition_name, g.definition_version
  from given g left join replica r on r.holder = $18::bigint and r.expires_at > clock_timestamp()
  order by g.id, g.tenant
  on conflict (id, tenant) do nothing
  returning id, tenant, nonce, holder, fence, 0 as was, last_seq as now, false as over, callbacks
), rows as (
  insert into journal (job_id, tenant, number, first_seq, told, path, entries, variables)
  select m.id, m.tenant, t.number, t.first_seq, t.told, t.path, t.entries::json, t.variables::json
  from unnest($19::int[], $20::int[], $21::int[], $22::int[], $23::text[], $24::text[], $25::text[])
       as t(ord, number, first_seq, told, path, entries, variables)
  join given g on g.ord = t.ord
  join made m on m.nonce = g.nonce
), ${insertMessages('made')}
select nonce, holder is not null as owned, fence, exists (select from told) as told from made`,
})

type MadeRow = { nonce: string; owned: boolean; fence: string; told: boolean }

/** Accepts them, in one statement. `holder` runs them. */
export async function acceptBegunJobs(
  database: Database,
  jobs: readonly BegunJob[],
  holder: string,
): Promise<Acceptance[]> {
  const values = [...begunColumns(jobs), holder, ...rowColumns(jobs)]
  const made = new Map((await database.query<MadeRow>(ACCEPT_BEGUN, values)).map((row) => [row.nonce, row]))
  return jobs.map(({ job, rows: { length: rows } }) => {
    const row = made.get(job.nonce)
    if (row === undefined) return { kind: 'id-taken' }
    const { owned, fence, told } = row
    return { kind: 'accepted', owned, fence, rows, told }
  })
}

function begunColumns(jobs: readonly BegunJob[]): unknown[][] {
  return columns(
    jobs,
    ({ job }) => job.id,
    ({ job }) => job.tenant,
    ({ job }) => job.createdBy,
    ({ job }) => job.createdAt,
    ({ progress }) => progress.startedAt,
    ({ progress }) => countTold(progress.entries),
    ({ progress }) => progress.failed?.seq ?? null,
    ({ progress }) => progress.failed?.path ?? null,
    ({ job }) => job.name,
    ({ job }) => job.checks,
    ({ job }) => job.nonce,
    ({ job }) => job.definition,
    ({ progress }) => progress.currentStep,
    ({ rows }) => rows.length,
    ({ progress }) => writeFailure(progress.failed?.failure),
    ({ job }) => job.of?.name ?? null,
    ({ job }) => job.of?.version ?? null,
  )
}
