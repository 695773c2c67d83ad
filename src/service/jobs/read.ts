import type { JobVersion } from '../../store/jobs/read.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { type DatedJob, findJob, findVersion, renderDatedJob } from './find.ts'

export type { JobVersion }

/** Which job is wanted, and how much of it. */
export type ReadRequest = {
  readonly id: string
  /** Whether its steps are wanted. */
  readonly steps: boolean
}

/** A job as it stands. Throws `not-found`, and `too-many-requests` for a large one where too much is unread. */
export async function readJob(
  { database, versions, answers }: Pick<ServiceDeps, 'database' | 'versions' | 'answers'>,
  caller: Caller,
  { id, steps }: ReadRequest,
): Promise<DatedJob & { readonly version: JobVersion }> {
  requireScope(caller, 'jobs:read')
  const stored = await findJob(database, caller.tenant, id)
  const admit = (): void => answers.admit(caller.tenant)
  return { ...(await renderDatedJob({ database, versions }, stored, steps, admit)), version: stored }
}

/** What tells whether a job has changed, also for who may only change it. Throws `not-found`. */
export async function readJobVersion(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  id: string,
): Promise<JobVersion> {
  requireScope(caller, 'jobs:read', 'jobs:write')
  return findVersion(database, caller.tenant, id)
}
