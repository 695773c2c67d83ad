import type { Database } from '../client.ts'
import { countTold, type JournalRow, rowsOf } from '../journal/rows.ts'
import { insertMessages } from '../messages/insert.ts'
import { statement } from '../statement.ts'
import { ownEntries } from './acceptFinished.ts'
import { columns } from './columns.ts'
import { failureFrom, writeFailure } from './failure.ts'
import { rowColumns } from './journalColumns.ts'
import type { Acceptance, FailedStep, NewJob } from './newJob.ts'

/**
 * Accepts a group of jobs, each with its key, its labels, its first steps, and its end if it has one. One statement, one commit.
 *
 * Plan: the arrays drive everything; single-row look-ups by primary key. Locks: keys and jobs are inserted in order of
 * their keys, so concurrent groups wait for each other and never in a circle. A key that is older than 24 hours is
 * taken over in place; of several jobs with one key in a group the first takes it. A job whose id exists takes no key:
 * `free` looks before, and `acceptJobs` clears up in the one case where the other job was committed between that look and
 * the insert. Journal rows and labels name their job by its ordinal in the group. The holder joins the replica's live row:
 * a replica whose lease ran out leaves the job to whoever claims it. A child gets the key of its parent, and is made only
 * where that is still held under the fence of the run that asks.
 */
const ACCEPT = statement({
  name: 'accept',
  text: `
with given as (
  select * from unnest(
    $1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[],
    $10::float8[], $11::text[], $12::int[], $13::float8[], $14::float8[], $15::int[], $16::text[], $17::text[],
    $18::text[], $19::bool[], $20::text[], $21::bool[], $22::text[], $23::text[], $24::int[], $25::text[], $26::float8[], $27::text[],
    $28::text[], $29::text[], $30::int[], $41::text[], $42::text[]
  ) with ordinality as t(
    tenant, id, key, hash, definition, checks, name, labels, nonce,
    created, state, last_seq, started, finished, failed_seq, failed_step, variables,
    output, output_omitted, current_step, owned, callbacks, created_by, journal_rows, entries, scheduled, failure, child, definition_name, definition_version, sealed_inputs, schedule, ord
  )
), free as (
  select distinct on (g.key, g.tenant) g.* from given g
  where g.key is not null and not exists (select from job j where j.id = g.id and j.tenant = g.tenant)
  order by g.key, g.tenant, g.ord
), k as (
  insert into idempotency_key as i (key, tenant, body_hash, job_id, nonce)
  select key, tenant, hash, id, nonce from free order by key, tenant
  on conflict (key, tenant) do update
    set body_hash = excluded.body_hash, job_id = excluded.job_id, nonce = excluded.nonce, created_at = excluded.created_at
    where i.created_at < clock_timestamp() - interval '24 hours'
  returning key, tenant, nonce
), j as (
  insert into job (
    id, tenant, created_at, state, due_at, wake_at, scheduled_for, holder, fence, journal_rows, last_seq, entries, started_at, finished_at,
    failed_seq, failed_step, name, labels, checks, nonce, definition, variables, output, output_omitted,
    current_step, callbacks, created_by, parent, parent_step, failed_action, failed_status, failed_type, failed_message,
    definition_name, definition_version, sealed_inputs, schedule
  )
  select
    g.id, g.tenant, to_timestamp(g.created / 1000), case g.state when 'held-back' then 'scheduled' else g.state end,
    case when g.finished is null and g.state not in ('scheduled', 'held-back') and (not g.owned or r.holder is null) then clock_timestamp() end,
    case when g.state = 'scheduled' then to_timestamp(g.scheduled / 1000) end, to_timestamp(g.scheduled / 1000),
    case when g.owned and g.finished is null then r.holder end, hashtextextended(gen_random_uuid()::text, 0),
    g.journal_rows, g.last_seq, g.entries::json,
    to_timestamp(g.started / 1000), to_timestamp(g.finished / 1000), g.failed_seq, g.failed_step,
    g.name, g.labels::json, g.checks::json, g.nonce, g.definition::json, g.variables::json, g.output::json, g.output_omitted,
    case when g.owned and r.holder is not null then g.current_step end, g.callbacks::json, coalesce(p.created_by, g.created_by),
    p.id, g.child::json ->> 1,
    ${failureFrom('g.failure::json')}, g.definition_name, g.definition_version, g.sealed_inputs, g.schedule
  from given g
  left join k on k.key = g.key and k.tenant = g.tenant and k.nonce = g.nonce
  left join replica r on r.holder = $31::bigint and r.expires_at > clock_timestamp()
  left join job p on p.id = g.child::json ->> 0 and p.tenant = g.tenant and p.fence = (g.child::json ->> 2)::bigint
  where (g.key is null or k.key is not null) and (g.child is null or p.id is not null)
  order by g.id, g.tenant
  on conflict (id, tenant) do nothing
  returning id, tenant, nonce, holder, fence, created_at, 0 as was, last_seq as now, finished_at is not null as over, callbacks
), made as (
  select g.ord, j.* from j join given g on g.id = j.id and g.tenant = j.tenant and g.nonce = j.nonce
), rows as (
  insert into journal (job_id, tenant, number, first_seq, told, path, entries, variables)
  select m.id, m.tenant, t.number, t.first_seq, t.told, t.path, t.entries::json, t.variables::json
  from unnest($32::int[], $33::int[], $34::int[], $35::int[], $36::text[], $37::text[], $38::text[])
       as t(ord, number, first_seq, told, path, entries, variables)
  join made m on m.ord = t.ord
), l as (
  insert into job_label (job_id, tenant, label, created_at)
  select m.id, m.tenant, t.label, m.created_at
  from unnest($39::int[], $40::text[]) as t(ord, label)
  join made m on m.ord = t.ord
), ${insertMessages('j')}
select m.id is not null as made, k.key is not null as took_key, f.key is not null as was_free, m.holder, m.fence,
       exists (select from told) as told
from given g
left join free f on f.ord = g.ord
left join k on k.key = g.key and k.tenant = g.tenant and k.nonce = g.nonce
left join made m on m.ord = g.ord
order by g.ord`,
})

/** Gives a key back that was taken for a job whose id turned out to be taken. By primary key; one row. */
const FREE_KEY = statement({
  name: 'free-key',
  text: 'delete from idempotency_key where key = $1 and tenant = $2 and nonce = $3',
})

type AcceptRow = {
  made: boolean
  took_key: boolean
  was_free: boolean
  holder: string | null
  fence: string | null
  told: boolean
}

/** A job, and what of its journal goes into its own row or into rows of the journal. */
type Written = {
  readonly job: NewJob
  readonly last: number
  readonly own: string | null
  readonly rows: readonly JournalRow[]
}

/** Accepts jobs, in one statement. `holder` runs those that it goes on with. */
export async function acceptJobs(database: Database, jobs: readonly NewJob[], holder: string): Promise<Acceptance[]> {
  const written = jobs.map(writtenOf)
  const rows = await database.query<AcceptRow>(ACCEPT, [
    ...jobColumns(written),
    holder,
    ...rowColumns(written),
    ...labelColumns(jobs),
    jobs.map(({ sealedInputs, progress }) => ('finishedAt' in progress ? null : (sealedInputs ?? null))),
    jobs.map(({ schedule }) => schedule ?? null),
  ])
  return Promise.all(rows.map((row, i) => readAcceptance(database, written[i] as Written, row)))
}

function writtenOf(job: NewJob): Written {
  const entries = 'entries' in job.progress ? job.progress.entries : []
  const rows = rowsOf(entries)
  const own = 'finishedAt' in job.progress ? ownEntries(rows) : null
  return { job, last: countTold(entries), own, rows: own === null ? rows : [] }
}

async function readAcceptance(database: Database, { job, rows }: Written, row: AcceptRow): Promise<Acceptance> {
  if (row.made) {
    return { kind: 'accepted', owned: row.holder !== null, fence: row.fence ?? '0', rows: rows.length, told: row.told }
  }
  if (job.idempotency === null) return { kind: 'id-taken' }
  if (!row.was_free || !row.took_key) return { kind: 'key-taken' }
  await database.query(FREE_KEY, [job.idempotency.key, job.tenant, job.nonce])
  return { kind: 'id-taken' }
}

function jobColumns(written: readonly Written[]): unknown[][] {
  const over = ({ progress }: NewJob) => ('finishedAt' in progress ? progress : null)
  const begun = ({ progress }: NewJob) => ('startedAt' in progress ? progress : null)
  const failed = (job: NewJob): FailedStep | null => begun(job)?.failed ?? null
  return columns(
    written,
    ({ job }) => job.tenant,
    ({ job }) => job.id,
    ({ job }) => job.idempotency?.key ?? null,
    ({ job }) => job.idempotency?.hash ?? null,
    ({ job }) => job.definition,
    ({ job }) => job.checks,
    ({ job }) => job.name,
    ({ job }) => job.labels,
    ({ job }) => job.nonce,
    ({ job }) => job.createdAt,
    ({ job }) => job.progress.state,
    ({ last }) => last,
    ({ job }) => begun(job)?.startedAt ?? null,
    ({ job }) => over(job)?.finishedAt ?? null,
    ({ job }) => failed(job)?.seq ?? null,
    ({ job }) => failed(job)?.path ?? null,
    ({ job }) => over(job)?.variables ?? null,
    ({ job }) => over(job)?.output ?? null,
    ({ job }) => over(job)?.outputOmitted ?? false,
    ({ job: { progress } }) => (progress.state === 'running' ? progress.currentStep : null),
    ({ job }) => job.owned,
    ({ job }) => job.callbacks,
    ({ job }) => job.createdBy,
    ({ rows }) => rows.length,
    ({ own }) => own,
    ({ job }) => job.scheduledFor,
    ({ job }) => writeFailure(failed(job)?.failure),
    ({ job: { parent } }) => (parent === undefined ? null : JSON.stringify([parent.jobId, parent.step, parent.fence])),
    ({ job }) => job.of?.name ?? null,
    ({ job }) => job.of?.version ?? null,
  )
}

function labelColumns(jobs: readonly NewJob[]): unknown[][] {
  const labels = jobs.flatMap(({ labelRows }, i) => labelRows.map((label) => ({ ordinal: i + 1, label })))
  return columns(
    labels,
    ({ ordinal }) => ordinal,
    ({ label }) => label,
  )
}
