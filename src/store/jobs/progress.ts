import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import type { JobHold } from './owned.ts'

/** What the steps of a job said of how far they are: an object by their paths, as JSON text. */
export type NewProgress = JobHold & { readonly said: string }

/**
 * What the steps of the job `j` said last, by their paths; null where nobody runs it. What was said under an earlier hold
 * is of no use: its steps run again.
 */
export const PROGRESS = `
  case when j.holder is not null and j.progress ->> 'fence' = j.fence::text then j.progress ->> 'said' end as progress`

/**
 * Keeps what the steps of some jobs said, fenced: who lost a job says nothing of it. Plan: by primary keys. Locks: the job
 * rows that nobody has locked: those of the others are tried again a moment later. What was said stands in its column as a
 * text: Postgres can't look into JSON that holds NUL or half a character, and blocks may say anything.
 */
const KEEP = statement({
  name: 'keep-progress',
  text: `
with held as materialized (
  select j.id, j.tenant, n.fence, n.said
  from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) as n(id, tenant, fence, said)
  join job j on j.id = n.id and j.tenant = n.tenant and j.fence = n.fence and j.holder is not null
  for no key update of j skip locked
)
update job set progress = json_build_object('fence', held.fence::text, 'said', held.said)
from held where job.id = held.id and job.tenant = held.tenant
returning job.id, job.tenant, held.fence`,
})

/** Gives those of which it was kept. */
export function keepProgress(database: Database, progress: readonly NewProgress[]): Promise<JobHold[]> {
  return database.query<JobHold>(KEEP, [
    progress.map(({ id }) => id),
    progress.map(({ tenant }) => tenant),
    progress.map(({ fence }) => fence),
    progress.map(({ said }) => said),
  ])
}
