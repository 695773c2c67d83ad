import type { ListCursor } from '../../store/jobs/jobList.ts'
import { listJobs as listStoredJobs } from '../../store/jobs/list.ts'
import { readJob } from '../../store/jobs/read.ts'
import { momentCursor, type Page, readCursor, writeCursor } from '../../wire/cursor.ts'
import type { JobSummaryWire } from '../../wire/job.ts'
import type { JobFilterRequest } from '../../wire/jobFilters.ts'
import { summaryRowToWire } from '../../wire/jobSummary.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { filtersOf } from './filters.ts'
import { renderJob } from './find.ts'
import { bytesWhenSent } from './later.ts'

/** What the list can be asked for; all that is given must hold. */
export type ListRequest = JobFilterRequest & {
  /** By the moment at which jobs were accepted; default `newest` first. */
  readonly order?: 'newest' | 'oldest' | undefined
  /** Each job with its steps: a page then ends where they become too large together. */
  readonly steps?: boolean | undefined
  /** 1 to 200, default 50. */
  readonly limit?: number | undefined
  /** The `next_cursor` of the page before. */
  readonly cursor?: string | undefined
}

/** Steps of so many bytes of JSON together are shown in one page; and always those of one job. */
const MAX_STEPS_BYTES = 16 * 1024 * 1024

/**
 * A page of the caller's jobs, without values. It may be shorter than `limit`: only `next_cursor` null is the end. Throws
 * `malformed-request` for a filter or a cursor that can't be one.
 */
export async function listJobs(
  { database, versions }: Pick<ServiceDeps, 'database' | 'versions'>,
  caller: Caller,
  request: ListRequest,
): Promise<Page<JobSummaryWire>> {
  requireScope(caller, 'jobs:read')
  const { tenant } = caller
  const { limit = 50, cursor, order = 'newest', steps = false } = request
  const { jobs, next } = await listStoredJobs(database, {
    tenant,
    filters: filtersOf(request),
    order,
    limit: Math.min(Math.max(Math.trunc(limit), 1), 200),
    after: cursor === undefined ? null : cursorOf(cursor),
  })
  const data = jobs.map(summaryRowToWire)
  if (!steps) return { data, next_cursor: next === null ? null : written(next) }
  const shown = await withSteps({ database, versions }, tenant, data)
  const last = jobs[shown.looked - 1]
  const after =
    shown.looked === jobs.length || last === undefined ? next : { ...last, createdAt: last.createdAt.getTime() }
  return { data: shown.data, next_cursor: after === null ? null : written(after) }
}

/** The same jobs with their steps, one after the other, as many as fit; those that were deleted meanwhile are left out. */
async function withSteps(
  { database, versions }: Pick<ServiceDeps, 'database' | 'versions'>,
  tenant: string,
  jobs: readonly JobSummaryWire[],
): Promise<{ data: JobSummaryWire[]; looked: number }> {
  const data: JobSummaryWire[] = []
  let bytes = 0
  let looked = 0
  for (const summary of jobs) {
    const stored = await readJob(database, tenant, summary.id)
    const steps = stored === null ? undefined : (await renderJob({ database, versions }, stored)).steps
    bytes += bytesWhenSent(JSON.stringify(steps ?? []))
    if (bytes > MAX_STEPS_BYTES && data.length > 0) break
    looked++
    if (steps !== undefined) data.push({ ...summary, steps })
  }
  return { data, looked }
}

function cursorOf(cursor: string): ListCursor {
  const [createdAt, id] = readCursor(cursor, isCursor)
  return { createdAt, id }
}

function written({ createdAt, id }: ListCursor): string {
  return writeCursor([createdAt, id])
}

const isCursor = momentCursor(/^[\w.-]{1,64}$/)
