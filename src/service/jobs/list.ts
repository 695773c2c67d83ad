import { listJobs as listStoredJobs } from '../../store/jobs/list.ts'
import { isMoment, type Page, readCursor, writeCursor } from '../../wire/cursor.ts'
import type { JobState, JobSummaryWire } from '../../wire/job.ts'
import { summaryRowToWire } from '../../wire/jobSummary.ts'
import { definitionLabel, metadataLabel, scheduleLabel, tagLabel } from '../../wire/labels.ts'
import { ProblemError } from '../../wire/problem.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'

/** What the list can be asked for; all that is given must hold. */
export type ListRequest = {
  readonly state?: JobState | undefined
  /** The whole name. */
  readonly name?: string | undefined
  /** A tag that the job carries. */
  readonly tag?: string | undefined
  /** The name of the definition that the job is of. */
  readonly definition?: string | undefined
  /** The name of the schedule that made it. */
  readonly schedule?: string | undefined
  /** Labels that the job carries, by their keys; at most 50. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** Milliseconds since 1970; exclusive. */
  readonly createdAfter?: number | undefined
  readonly createdBefore?: number | undefined
  /** 1 to 200, default 50. */
  readonly limit?: number | undefined
  /** The `next_cursor` of the page before. */
  readonly cursor?: string | undefined
}

/** A job has no more labels; each one that is asked for costs a look-up for every job that is looked at. */
const MAX_LABELS = 50

/**
 * A page of the caller's jobs, newest first, without values and steps. It may be shorter than `limit`: only `next_cursor`
 * null is the end. Throws `malformed-request` for a filter or a cursor that can't be one.
 */
export async function listJobs(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  request: ListRequest,
): Promise<Page<JobSummaryWire>> {
  requireScope(caller, 'jobs:read')
  const { state, name, createdAfter, createdBefore, limit = 50, cursor } = request
  const after = cursor === undefined ? null : readCursor(cursor, isCursor)
  const { jobs, next } = await listStoredJobs(database, {
    tenant: caller.tenant,
    filters: {
      ...(state === undefined ? {} : { state }),
      ...(name === undefined ? {} : { name: checkText(name) }),
      ...(createdAfter === undefined ? {} : { createdAfter }),
      ...(createdBefore === undefined ? {} : { createdBefore }),
      labels: labelsOf(request),
    },
    limit: Math.min(Math.max(Math.trunc(limit), 1), 200),
    after: after === null ? null : { createdAt: after[0], id: after[1] },
  })
  return {
    data: jobs.map(summaryRowToWire),
    next_cursor: next === null ? null : writeCursor([next.createdAt, next.id]),
  }
}

function labelsOf({ tag, definition, schedule, metadata = {} }: ListRequest): string[] {
  const named = Object.entries(metadata)
  if (named.length > MAX_LABELS) {
    throw new ProblemError('malformed-request', `no job has more than ${MAX_LABELS} metadata; filter by fewer`)
  }
  return [
    ...(definition === undefined ? [] : [definitionLabel(checkText(definition))]),
    ...(schedule === undefined ? [] : [scheduleLabel(checkText(schedule))]),
    ...(tag === undefined ? [] : [tagLabel(checkText(tag))]),
    ...named.map(([key, value]) => metadataLabel(checkText(key), checkText(value))),
  ]
}

/** The database knows no NUL in texts. */
function checkText(text: string): string {
  if (text.includes('\0')) throw new ProblemError('malformed-request', 'a filter holds NUL')
  return text
}

function isCursor(value: unknown): value is [number, string] {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [createdAt, id] = value as unknown[]
  return isMoment(createdAt) && typeof id === 'string' && /^[\w.-]{1,64}$/.test(id)
}
