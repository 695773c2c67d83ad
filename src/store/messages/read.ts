import type { Database } from '../client.ts'
import { columns } from '../jobs/columns.ts'
import { statement } from '../statement.ts'

/** Larger return values and outputs are left out of messages (CONTRACT.md, "Webhooks"). In bytes of JSON. */
const MAX_VALUE_BYTES = 64 * 1024

/** What a message tells of a job. JSON is text. */
export type JobOfMessage = {
  readonly tenant: string
  readonly id: string
  readonly nonce: string
  readonly state: string
  readonly created_at: number
  readonly started_at: number | null
  readonly finished_at: number | null
  readonly recorded: number
  readonly failed_step: string | null
  readonly failed_position: number | null
  readonly callbacks: string | null
  /** Null where the caller said that it has it. */
  readonly definition: string | null
  /** Null unless its end is told. */
  readonly variables: string | null
  readonly output: string | null
  readonly output_omitted: boolean
  readonly output_large: boolean
}

/** A job to be read; `ended`: its end is to be told, so all of it is needed. */
export type JobToTell = { readonly tenant: string; readonly id: string; readonly ended: boolean }

/** By primary key, one look-up a job. $4: definitions that are known already, by the jobs' nonces. */
const TOLD_JOBS = statement({
  name: 'told-jobs',
  text: `
select j.tenant, j.id, j.nonce, j.state, j.created_at, j.started_at, j.finished_at, j.recorded, j.failed_step,
       j.failed_position, j.callbacks, j.output_omitted,
       case when j.nonce = any($4::uuid[]) then null else j.definition end as definition,
       case when e.ended then j.variables end as variables,
       case when e.ended and octet_length(j.output::text) <= ${MAX_VALUE_BYTES} then j.output end as output,
       e.ended and coalesce(octet_length(j.output::text) > ${MAX_VALUE_BYTES}, false) as output_large
from unnest($1::text[], $2::text[], $3::bool[]) as e(id, tenant, ended)
join job j on j.id = e.id and j.tenant = e.tenant`,
})

/** The jobs that are still there. */
export function readJobsOfMessages(
  database: Database,
  jobs: readonly JobToTell[],
  knownNonces: readonly string[],
): Promise<JobOfMessage[]> {
  return database.query<JobOfMessage>(TOLD_JOBS, [
    ...columns(
      jobs,
      ({ id }) => id,
      ({ tenant }) => tenant,
      ({ ended }) => ended,
    ),
    knownNonces,
  ])
}

/** A recorded step that a message tells of. */
export type StepOfMessage = {
  readonly tenant: string
  readonly job_id: string
  readonly seq: number
  readonly position: number
  readonly status: number
  readonly started_at: number | null
  readonly finished_at: number
  /** Null where it is too large. */
  readonly return_value: string | null
}

/**
 * By primary key. Where the seq is that of the end (there is no such step) and a step failed, it is the failed one: its
 * job's row says which, and a range of the job's steps is read.
 */
const TOLD_STEPS = statement({
  name: 'told-steps',
  text: `
select s.tenant, s.job_id, e.seq, s.position, s.status, s.started_at, s.finished_at,
       case when octet_length(s.return_value::text) <= ${MAX_VALUE_BYTES} then s.return_value end as return_value
from unnest($1::text[], $2::text[], $3::int[]) as e(job_id, tenant, seq), lateral (
  select * from step s where s.job_id = e.job_id and s.tenant = e.tenant and s.seq = e.seq
  union all
  select f.* from job j, lateral (
    select * from step s where s.job_id = j.id and s.tenant = j.tenant and s.position = j.failed_position
    order by s.seq desc limit 1
  ) f
  where j.id = e.job_id and j.tenant = e.tenant and j.finished_at is not null and e.seq = j.recorded + 1
) s`,
})

/** The steps of some seqs; for the seq of a job's end the last step that failed. */
export function readStepsOfMessages(
  database: Database,
  events: readonly { readonly tenant: string; readonly jobId: string; readonly seq: number }[],
): Promise<StepOfMessage[]> {
  return database.query<StepOfMessage>(
    TOLD_STEPS,
    columns(
      events,
      ({ jobId }) => jobId,
      ({ tenant }) => tenant,
      ({ seq }) => seq,
    ),
  )
}
