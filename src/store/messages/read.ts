import type { Database } from '../client.ts'
import { GivenRows } from '../givenRows.ts'
import { MAX_TOLD_BYTES } from '../journal/later.ts'
import { JOB_COLUMNS, type JobRow } from '../jobs/jobColumns.ts'
import { statement } from '../statement.ts'

/** What a message tells of a job. JSON is text. */
export type JobOfMessage = JobRow & {
  /** The seq of the step that failed_step names. */
  readonly failed_seq: number | null
  readonly callbacks: string | null
  /** Null where the caller said that it has it. */
  readonly definition: string | null
  /** Null unless its end is told. */
  readonly variables: string | null
  readonly output: string | null
  readonly output_large: boolean
}

/** A job to be read; `ended`: its end is to be told, so all of it is needed. */
export type JobToTell = { readonly tenant: string; readonly id: string; readonly ended: boolean }

const JOBS = new GivenRows<JobToTell>(1, [
  ['id', 'text', ({ id }) => id],
  ['tenant', 'text', ({ tenant }) => tenant],
  ['ended', 'bool', ({ ended }) => ended],
])

/** By primary key, one look-up a job: messages are made many at a time, of values that stay text. The last parameter: definitions that are known already, by the jobs' nonces. */
const TOLD_JOBS = statement({
  name: 'told-jobs',
  text: `
select ${JOB_COLUMNS}, coalesce(j.failed_seq, j.failed_position) as failed_seq, j.callbacks,
       case when j.nonce = any($${JOBS.next}::uuid[]) then null else j.definition end as definition,
       case when e.ended then j.variables end as variables,
       case when e.ended and octet_length(j.output::text) <= ${MAX_TOLD_BYTES} then j.output end as output,
       e.ended and coalesce(octet_length(j.output::text) > ${MAX_TOLD_BYTES}, false) as output_large
from ${JOBS.as('e')}
join job j on j.id = e.id and j.tenant = e.tenant`,
})

/** The jobs that are still there. */
export function readJobsOfMessages(
  database: Database,
  jobs: readonly JobToTell[],
  knownNonces: readonly string[],
): Promise<JobOfMessage[]> {
  return database.query<JobOfMessage>(TOLD_JOBS, [...JOBS.values(jobs), knownNonces])
}
