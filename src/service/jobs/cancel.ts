import type { JobWire } from '../../wire/job.ts'
import { ProblemError } from '../../wire/problem.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkJobId, findJob, noSuchJob, renderJob } from './find.ts'

/** A cancelled job is over in a moment, where a block heeds its signal or none is called; the answer waits so long for it. */
const SETTLE_MS = 2000

/**
 * Records a cancel at once and for good, and gives the job as it is then: a queued one is over, a running one ends its
 * step and is over soon. Throws `not-found`, and `job-finished` where it ended otherwise before.
 */
export async function cancelJob(
  { database, versions, executor, feed }: Pick<ServiceDeps, 'database' | 'versions' | 'executor' | 'feed'>,
  caller: Caller,
  given: string,
): Promise<JobWire> {
  requireScope(caller, 'jobs:write')
  const { tenant } = caller
  const id = checkJobId(given)
  const cancellation = await executor.cancel(tenant, id, actorOf(caller))
  if (cancellation.kind === 'not-found') throw noSuchJob(id)
  if (cancellation.kind === 'finished') {
    throw new ProblemError('job-finished', 'the job ended before it was cancelled')
  }
  if (!cancellation.over) await feed.waitForEnd({ tenant, id }, SETTLE_MS)
  return renderJob({ database, versions }, await findJob(database, tenant, id))
}
