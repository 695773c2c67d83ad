import type { Database } from '../client.ts'
import { countTold, type JournalRow, rowsOf } from '../journal/rows.ts'
import { insertMessages } from '../messages/insert.ts'
import { statement } from '../statement.ts'
import { columns } from './columns.ts'
import { failureFrom, writeFailure } from './failure.ts'
import type { Acceptance, FinishedProgress, NewJob } from './newJob.ts'

/** A job that is one row: over when it is accepted, without a key, labels or callbacks, and with a small journal. */
export type FinishedJob = { readonly job: NewJob; readonly progress: FinishedProgress; readonly entries: string }

const NO_ENTRIES = '[]'

/** The job as one row, if it can be one. */
export function asFinished(job: NewJob): FinishedJob | null {
  const { progress, idempotency, labelRows, labels, callbacks } = job
  if (!('finishedAt' in progress) || job.scheduledFor !== null) return null
  if (idempotency !== null || labels !== null || labelRows.length > 0 || callbacks !== null) return null
  const entries = ownEntries(rowsOf(progress.entries))
  return entries === null ? null : { job, progress, entries }
}

/** The entries that a job's own row holds; null where they are too large for that. */
export function ownEntries(rows: readonly JournalRow[]): string | null {
  const [row] = rows
  if (row === undefined) return NO_ENTRIES
  return rows.length === 1 && row.path === null ? row.entries : null
}

/**
 * Accepts jobs that are over: one row each, entries included. What most short jobs cost is this statement, so nothing is
 * in it that they don't need: no key, no label, no owner.
 *
 * Plan: the arrays drive; the primary key finds ids that are taken. Locks: jobs are inserted in order of their keys, so
 * concurrent groups wait for each other and never in a circle. A row comes back for each job that was inserted, known by
 * its nonce: an id that is taken is one without.
 */
const ACCEPT_FINISHED = statement({
  name: 'accept-finished',
  text: `
with made as (
  insert into job (
    id, tenant, created_by, created_at, started_at, finished_at, state, journal_rows, last_seq, failed_seq, failed_step,
    name, checks, nonce, definition, variables, output, output_omitted, entries,
    failed_action, failed_status, failed_type, failed_message, definition_name, definition_version
  )
  select
    id, tenant, created_by, to_timestamp(created / 1000), to_timestamp(started / 1000), to_timestamp(finished / 1000),
    state, 0, last_seq, failed_seq, failed_step, name, checks::json, nonce, definition::json, variables::json,
    output::json, output_omitted, entries::json, ${failureFrom('failure::json')},
    definition_name, definition_version
  from unnest(
    $1::text[], $2::text[], $3::text[], $4::float8[], $5::float8[], $6::float8[], $7::text[], $8::int[], $9::int[],
    $10::text[], $11::text[], $12::text[], $13::uuid[], $14::text[], $15::text[], $16::text[], $17::bool[], $18::text[], $19::text[],
    $20::text[], $21::int[]
  ) as t(
    id, tenant, created_by, created, started, finished, state, last_seq, failed_seq,
    failed_step, name, checks, nonce, definition, variables, output, output_omitted, entries, failure, definition_name, definition_version
  )
  order by id, tenant
  on conflict (id, tenant) do nothing
  returning id, tenant, nonce, 0 as was, last_seq as now, true as over, callbacks
), ${insertMessages('made')}
select nonce, exists (select from told) as told from made`,
})

export async function acceptFinishedJobs(database: Database, jobs: readonly FinishedJob[]): Promise<Acceptance[]> {
  const rows = await database.query<{ nonce: string; told: boolean }>(ACCEPT_FINISHED, finishedColumns(jobs))
  const made = new Set(rows.map(({ nonce }) => nonce))
  const told = rows[0]?.told ?? false
  return jobs.map(({ job }) =>
    made.has(job.nonce) ? { kind: 'accepted', owned: false, fence: '0', rows: 0, told } : { kind: 'id-taken' },
  )
}

function finishedColumns(jobs: readonly FinishedJob[]): unknown[][] {
  return columns(
    jobs,
    ({ job }) => job.id,
    ({ job }) => job.tenant,
    ({ job }) => job.createdBy,
    ({ job }) => job.createdAt,
    ({ progress }) => progress.startedAt,
    ({ progress }) => progress.finishedAt,
    ({ progress }) => progress.state,
    ({ progress }) => countTold(progress.entries),
    ({ progress }) => progress.failed?.seq ?? null,
    ({ progress }) => progress.failed?.path ?? null,
    ({ job }) => job.name,
    ({ job }) => job.checks,
    ({ job }) => job.nonce,
    ({ job }) => job.definition,
    ({ progress }) => progress.variables,
    ({ progress }) => progress.output,
    ({ progress }) => progress.outputOmitted,
    ({ entries }) => entries,
    ({ progress }) => writeFailure(progress.failed?.failure),
    ({ job }) => job.of?.name ?? null,
    ({ job }) => job.of?.version ?? null,
  )
}
