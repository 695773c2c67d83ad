import { setTimeout as sleep } from 'node:timers/promises'
import { type Portion, settleBulk, takeBulk, type TakenBulk } from '../../store/bulk/operations.ts'
import { removeJob } from '../../store/jobs/remove.ts'
import { readFilters } from '../../wire/jobFilters.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { JobFilters } from '../../store/jobs/jobList.ts'
import type { ServiceDeps } from '../deps.ts'
import { filtersOf } from '../jobs/filters.ts'
import { rerunJob } from '../jobs/rerun.ts'
import { callerOfKey } from '../schedules/rights.ts'
import { nextMatching, takeable } from './matching.ts'
import { parseObject } from '../../engine/values/parseJson.ts'

/** So many jobs are taken before another operation has its turn: progress is told this often, and held is no more. */
const PORTION = 50

type BulkDeps = ServiceDeps

/**
 * Works on operations that are not over, a portion of each in turn, as long as there are any. In between it rests for as long
 * as it worked, so that what jobs and requests need of the database is theirs. What a replica had begun when it died is
 * taken by another: a job that is cancelled or gone already is passed over.
 */
export async function workOnBulk(deps: BulkDeps): Promise<void> {
  while (!deps.executor.isDraining) {
    const bulk = await takeBulk(deps.database)
    if (bulk === null) return
    const began = performance.now()
    const filters = filtersOfBulk(bulk)
    const portion =
      filters === null ? { done: 0, failed: bulk.left, next: null } : await takePortion(deps, bulk, filters)
    await settleBulk(deps.database, bulk, portion)
    await sleep(performance.now() - began)
  }
}

/** Null: what is stored of them can't be read. Such an operation is over, and all that it had left has failed. */
function filtersOfBulk({ action, filter }: TakenBulk): JobFilters | null {
  try {
    return takeable(action, filtersOf(readFilters(parseObject(filter))))
  } catch {
    return null
  }
}

async function takePortion(deps: BulkDeps, bulk: TakenBulk, filters: JobFilters): Promise<Portion> {
  const { tenant, created_at: until, after_at: at, after_id: id, left } = bulk
  const after = at === null || id === null ? null : { createdAt: at, id }
  const limit = Math.min(PORTION, left)
  const { jobs, next } = await nextMatching(deps.database, tenant, filters, { until, after, limit })
  let done = 0
  for (const job of jobs) if (await act(deps, bulk, job.id)) done++
  return { done, failed: jobs.length - done, next: jobs.length === left ? null : next }
}

/** Whether the job was taken. The audit log tells of the operation, not of each of its jobs. */
async function act(deps: BulkDeps, bulk: TakenBulk, id: string): Promise<boolean> {
  const { database, executor } = deps
  const { tenant, action } = bulk
  switch (action) {
    case 'cancel':
      return (await executor.cancel(tenant, id, null)).kind === 'cancelled'
    case 'delete':
      return (await removeJob(database, tenant, id, null)) === 'removed'
    case 'rerun':
      return rerun(deps, bulk, id)
  }
}

/** By the rights that its key has now, and once: a portion that is taken again finds the jobs that it made. */
async function rerun(deps: BulkDeps, bulk: TakenBulk, id: string): Promise<boolean> {
  const caller = await callerOfKey(deps, bulk)
  if (typeof caller === 'string') return false
  try {
    await rerunJob(deps, caller, { id, asked: null, idempotencyKey: `${bulk.id}:${id}`, wait: null })
    return true
  } catch (error) {
    if (error instanceof ProblemError && error.slug !== 'unavailable') return false
    throw error
  }
}
