import type { Submission } from '../../executor/accept/submission.ts'
import type { Submitted } from '../../executor/accept/deps.ts'
import type { Database } from '../../store/client.ts'
import { findKey } from '../../store/jobs/idempotency.ts'
import type { JobWire } from '../../wire/job.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { ServiceDeps } from '../deps.ts'
import type { Idempotency } from '../idempotency.ts'
import { findJob, renderJob } from './find.ts'

/** What is turned away at a bound, or by a drain, may be the repeat of a job that was accepted: that is answered still. */
export function orReplay(
  database: Database,
  { tenant, idempotency }: Submission,
  submitted: Promise<Submitted>,
): Promise<Submitted> {
  if (idempotency === null) return submitted
  return submitted.catch(async (error: unknown) => {
    if (!(error instanceof ProblemError) || (await findKey(database, tenant, idempotency.key)) === null) throw error
    return { kind: 'key-taken' }
  })
}

/** Whether a key stands for this very request; throws `idempotency-conflict` where it stands for another. */
export async function isRepeat(database: Database, tenant: string, { key, hash }: Idempotency): Promise<boolean> {
  const holder = await findKey(database, tenant, key)
  if (holder === null) return false
  if (holder.hash.equals(hash)) return true
  throw new ProblemError('idempotency-conflict', 'this Idempotency-Key was used for something else')
}

/** The job of the first request with this key. */
export async function replay(
  { database, versions }: Pick<ServiceDeps, 'database' | 'versions'>,
  { tenant, id }: Pick<Submission, 'tenant' | 'id'>,
  { key, hash }: Idempotency,
): Promise<JobWire> {
  const holder = await findKey(database, tenant, key)
  // The key is free after all: what stood in the way was the id.
  if (holder === null) throw new ProblemError('job-exists', `there is a job ${id} already`)
  if (!holder.hash.equals(hash)) {
    throw new ProblemError('idempotency-conflict', 'this Idempotency-Key was used with another definition')
  }
  if (holder.gone) throw new ProblemError('idempotency-conflict', 'the job of this Idempotency-Key was deleted')
  return renderJob({ database, versions }, await findJob(database, tenant, holder.jobId))
}
