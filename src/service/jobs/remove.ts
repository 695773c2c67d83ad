import * as store from '../../store/jobs/remove.ts'
import { ProblemError } from '../../wire/problem.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkJobId, noSuchJob } from './find.ts'

/**
 * Deletes a job that is over, with all that belongs to it; its idempotency key stays taken for its 24 hours. Throws
 * `not-found` and `job-not-finished`.
 */
export async function removeJob(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  given: string,
): Promise<void> {
  requireScope(caller, 'jobs:write')
  const id = checkJobId(given)
  switch (await store.removeJob(database, caller.tenant, id, actorOf(caller))) {
    case 'removed':
      return
    case 'not-found':
      throw noSuchJob(id)
    case 'not-finished':
      throw new ProblemError('job-not-finished', 'the job is not over; cancel it first')
  }
}
