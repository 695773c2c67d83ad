import type { StepEntry } from '../../engine/run/entry.ts'
import { STATUS_VALUES } from '../../engine/status.ts'
import type { Database } from '../client.ts'
import { insertMessages } from '../messages/insert.ts'
import { statement } from '../statement.ts'
import { columns } from './columns.ts'

/** A job on its way into the database, with what its leading pure steps gave already. */
export type NewJob = {
  readonly tenant: string
  readonly id: string
  /** The id of the key that posted it; null: the service has no keys. */
  readonly createdBy: string | null
  /** The client's key and the hash of what it stands for; null without one. */
  readonly idempotency: { readonly key: string; readonly hash: Buffer } | null
  /** As posted. */
  readonly definition: string
  readonly checks: string | null
  readonly name: string | null
  readonly labels: string | null
  /** What the list can be filtered by. */
  readonly labelRows: readonly string[]
  readonly nonce: string
  /** The job's own callbacks, as `tell` reads them; null: none. */
  readonly callbacks: string | null
  readonly createdAt: number
  /** This replica goes on with the job: it has a slot for it. */
  readonly owned: boolean
  readonly progress: NewJobProgress
}

/** How far a job is when it is accepted. */
export type NewJobProgress =
  | { readonly state: 'queued' }
  /** Begun here. */
  | {
      readonly state: 'running'
      readonly startedAt: number
      readonly outcomes: readonly StepEntry[]
      /** The path of the step with effects that begins as soon as this is committed. */
      readonly currentStep: string | null
      readonly failedPosition: number | null
      readonly failedStep: string | null
    }
  | {
      readonly state: 'succeeded' | 'failed'
      readonly startedAt: number
      readonly finishedAt: number
      readonly outcomes: readonly StepEntry[]
      readonly failedPosition: number | null
      readonly failedStep: string | null
      /** As JSON text where a step changed them. */
      readonly variables: string | null
      readonly output: string | null
      readonly outputOmitted: boolean
    }

/** What became of it. `id-taken` and `key-taken` left nothing behind. */
export type Acceptance =
  /** `told`: messages were inserted with the group. */
  | { readonly kind: 'accepted'; readonly owned: boolean; readonly fence: string; readonly told: boolean }
  | { readonly kind: 'id-taken' }
  | { readonly kind: 'key-taken' }

/**
 * Accepts a group of jobs, each with its key, its first steps, and its end if it has one. One statement, one commit.
 *
 * Plan: the arrays drive everything; single-row look-ups by primary key. Locks: keys and jobs are inserted in order of
 * their keys, so concurrent groups wait for each other and never in a circle. A key that is older than 24 hours is
 * taken over in place; of several jobs with one key in a group the first takes it. A job whose id exists takes no key:
 * `free` looks before, and `acceptJobs` clears up in the one case where the other job was committed between that look and
 * the insert. Steps and labels name their job by its ordinal in the group. The owner joins the replica's live row: a replica whose lease ran out leaves the job to whoever claims it.
 */
const ACCEPT = statement({
  name: 'accept',
  text: `
with given as (
  select * from unnest(
    $1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[],
    $10::float8[], $11::text[], $12::int[], $13::float8[], $14::float8[], $15::int[], $16::text[], $17::text[],
    $18::text[], $19::bool[], $20::text[], $31::bool[], $32::text[], $33::text[]
  ) with ordinality as t(
    tenant, id, key, hash, definition, checks, name, labels, nonce,
    created, state, recorded, started, finished, failed_position, failed_step, variables,
    output, output_omitted, current_step, owned, callbacks, created_by, ord
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
    id, tenant, created_at, state, run_at, owner, fence, recorded, started_at, finished_at,
    failed_position, failed_step, name, labels, checks, nonce, definition, variables, output, output_omitted,
    current_step, callbacks, created_by
  )
  select
    g.id, g.tenant, to_timestamp(g.created / 1000), g.state, case when g.finished is null then clock_timestamp() end,
    case when g.owned and g.finished is null then r.id end, hashtextextended(gen_random_uuid()::text, 0), g.recorded,
    to_timestamp(g.started / 1000), to_timestamp(g.finished / 1000), g.failed_position, g.failed_step,
    g.name, g.labels::json, g.checks::json, g.nonce, g.definition::json, g.variables::json, g.output::json, g.output_omitted,
    case when g.owned and r.id is not null then g.current_step end, g.callbacks::json, g.created_by
  from given g
  left join k on k.key = g.key and k.tenant = g.tenant and k.nonce = g.nonce
  left join replica r on r.id = $21::int and r.expires_at > clock_timestamp()
  where g.key is null or k.key is not null
  order by g.id, g.tenant
  on conflict (id, tenant) do nothing
  returning id, tenant, nonce, owner, fence, created_at, 0 as was, recorded as now, finished_at is not null as over, callbacks
), made as (
  select g.ord, j.* from j join given g on g.id = j.id and g.tenant = j.tenant and g.nonce = j.nonce
), s as (
  insert into step (job_id, tenant, seq, position, status, started_at, finished_at, return_value, variables)
  select m.id, m.tenant, t.seq, t.seq, t.status, to_timestamp(t.started / 1000), to_timestamp(t.finished / 1000),
         t.value::json, t.variables::json
  from unnest($22::int[], $23::int[], $24::int[], $25::float8[], $26::float8[], $27::text[], $28::text[])
       as t(ord, seq, status, started, finished, value, variables)
  join made m on m.ord = t.ord
), l as (
  insert into job_label (job_id, tenant, label, created_at)
  select m.id, m.tenant, t.label, m.created_at
  from unnest($29::int[], $30::text[]) as t(ord, label)
  join made m on m.ord = t.ord
), ${insertMessages('j')}
select m.id is not null as made, k.key is not null as took_key, f.key is not null as was_free, m.owner, m.fence,
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
  owner: number | null
  fence: string | null
  told: boolean
}

/** Accepts jobs, in one statement. `replica` owns those that it goes on with. */
export async function acceptJobs(database: Database, jobs: readonly NewJob[], replica: number): Promise<Acceptance[]> {
  const rows = await database.query<AcceptRow>(ACCEPT, [
    ...jobColumns(jobs),
    replica,
    ...stepColumns(jobs),
    ...labelColumns(jobs),
    ...columns(
      jobs,
      (job) => job.owned,
      (job) => job.callbacks,
      (job) => job.createdBy,
    ),
  ])
  return Promise.all(rows.map((row, i) => readAcceptance(database, jobs[i] as NewJob, row)))
}

async function readAcceptance(database: Database, job: NewJob, row: AcceptRow): Promise<Acceptance> {
  if (row.made) return { kind: 'accepted', owned: row.owner !== null, fence: row.fence ?? '0', told: row.told }
  if (job.idempotency === null) return { kind: 'id-taken' }
  if (!row.was_free) return { kind: 'key-taken' }
  if (!row.took_key) return { kind: 'key-taken' }
  await database.query(FREE_KEY, [job.idempotency.key, job.tenant, job.nonce])
  return { kind: 'id-taken' }
}

function jobColumns(jobs: readonly NewJob[]): unknown[][] {
  const over = ({ progress }: NewJob) => ('finishedAt' in progress ? progress : null)
  const begun = ({ progress }: NewJob) => (progress.state === 'queued' ? null : progress)
  return columns(
    jobs,
    (job) => job.tenant,
    (job) => job.id,
    (job) => job.idempotency?.key ?? null,
    (job) => job.idempotency?.hash ?? null,
    (job) => job.definition,
    (job) => job.checks,
    (job) => job.name,
    (job) => job.labels,
    (job) => job.nonce,
    (job) => job.createdAt,
    (job) => job.progress.state,
    (job) => begun(job)?.outcomes.length ?? 0,
    (job) => begun(job)?.startedAt ?? null,
    (job) => over(job)?.finishedAt ?? null,
    (job) => begun(job)?.failedPosition ?? null,
    (job) => begun(job)?.failedStep ?? null,
    (job) => over(job)?.variables ?? null,
    (job) => over(job)?.output ?? null,
    (job) => over(job)?.outputOmitted ?? false,
    ({ progress }) => (progress.state === 'running' ? progress.currentStep : null),
  )
}

function stepColumns(jobs: readonly NewJob[]): unknown[][] {
  const steps = jobs.flatMap(({ progress }, i) =>
    progress.state === 'queued' ? [] : progress.outcomes.map((outcome) => ({ ordinal: i + 1, outcome })),
  )
  return columns(
    steps,
    ({ ordinal }) => ordinal,
    ({ outcome }) => outcome.position,
    ({ outcome }) => STATUS_VALUES[outcome.status],
    ({ outcome }) => outcome.startedAt,
    ({ outcome }) => outcome.finishedAt,
    ({ outcome }) => outcome.json,
    ({ outcome }) => outcome.variables?.json ?? null,
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
