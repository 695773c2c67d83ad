import type { JobWire } from '../../wire/job.ts'
import { ProblemError } from '../../wire/problem.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import type { JobVersion } from './read.ts'
import { checkJobId, findJob, noSuchJob, renderJob } from './find.ts'

/** Which job is to begin at another moment. */
export type RescheduleRequest = {
  readonly id: string
  /** Milliseconds since 1970; past, or null: at once. */
  readonly at: number | null
  /** What it must still be; null: whatever it is. */
  readonly known?: JobVersion | null
}

/**
 * Gives a scheduled job another moment, and gives the job as it is then. Throws `not-found`, `job-not-scheduled`, and `precondition-failed`
 * where it is no longer what its caller knows.
 */
export async function rescheduleJob(
  { database, versions, executor }: Pick<ServiceDeps, 'database' | 'versions' | 'executor'>,
  caller: Caller,
  { id: given, at, known = null }: RescheduleRequest,
): Promise<JobWire> {
  requireScope(caller, 'jobs:write')
  const { tenant } = caller
  const id = checkJobId(given)
  const outcome = await executor.reschedule({ tenant, id, at, known, actor: actorOf(caller) })
  if (outcome === 'not-found') throw noSuchJob(id)
  if (outcome === 'changed') {
    throw new ProblemError('precondition-failed', `the job ${id} was changed by somebody else meanwhile`)
  }
  if (outcome === 'not-scheduled')
    throw new ProblemError('job-not-scheduled', `the job ${id} is not scheduled any more`)
  return renderJob({ database, versions }, await findJob(database, tenant, id))
}
