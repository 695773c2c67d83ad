import type { BulkAction } from '../../store/bulk/operations.ts'
import type { Database } from '../../store/client.ts'
import type { JobFilters, JobPage, ListCursor } from '../../store/jobs/jobList.ts'
import { listJobs } from '../../store/jobs/list.ts'
import { FINAL_STATES, JOB_STATES } from '../../wire/job.ts'

/** The jobs that an action can take, among those that fit. */
export function takeable(action: BulkAction, filters: JobFilters): JobFilters {
  const wantsOver = action !== 'cancel'
  const { states = JOB_STATES } = filters
  return { ...filters, states: states.filter((state) => FINAL_STATES.has(state) === wantsOver) }
}

/** Some of them behind a place, of those that were there at a moment. */
export function nextMatching(
  database: Database,
  tenant: string,
  filters: JobFilters,
  { until, after, limit }: { readonly until: number; readonly after: ListCursor | null; readonly limit: number },
): Promise<JobPage> {
  if (filters.states?.length === 0) return Promise.resolve({ jobs: [], next: null })
  const { createdBefore = Number.POSITIVE_INFINITY } = filters
  const bounded = { ...filters, createdBefore: Math.min(createdBefore, until + 1) }
  return listJobs(database, { tenant, filters: bounded, order: 'newest', limit, after })
}

/** So many are read at once to be counted, and so many reads are made: what lies beyond is not counted. */
const COUNTED_AT_ONCE = 1000
const READS = 20

/** How many jobs fit now, no more than `most`. */
export async function countMatching(
  database: Database,
  tenant: string,
  filters: JobFilters,
  until: number,
  most: number,
): Promise<number> {
  let count = 0
  let after: ListCursor | null = null
  for (let i = 0; i < READS && count < most; i++) {
    const limit = Math.min(COUNTED_AT_ONCE, most - count)
    const page: JobPage = await nextMatching(database, tenant, filters, { until, after, limit })
    count += page.jobs.length
    if (page.next === null) break
    after = page.next
  }
  return count
}
