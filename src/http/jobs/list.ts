import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { metadataLabel, tagLabel } from '../../wire/labels.ts'
import type { JobState, JobSummaryWire } from '../../wire/job.ts'
import { summaryRowToWire } from '../../wire/jobSummary.ts'
import { parseMoment } from '../../wire/moment.ts'
import { ProblemError } from '../../wire/problem.ts'
import { isMoment, readCursor, writeCursor } from '../protocol/cursor.ts'
import type { HttpDeps } from '../deps.ts'
import { needs } from '../auth/guard.ts'
import { pageOf, problems } from '../openapi/schemas.ts'

const query = Type.Object({
  state: Type.Optional(Type.String({ enum: ['queued', 'running', 'succeeded', 'failed', 'cancelled'] })),
  name: Type.Optional(Type.String({ maxLength: 200, description: 'The whole name.' })),
  tag: Type.Optional(Type.String({ maxLength: 100, description: 'A tag that the job carries.' })),
  created_after: Type.Optional(
    Type.String({ description: 'RFC 3339; exclusive.', examples: ['2026-11-24T00:00:00Z'] }),
  ),
  created_before: Type.Optional(Type.String({ description: 'RFC 3339; exclusive.' })),
  'metadata.KEY': Type.Optional(
    Type.String({ maxLength: 500, description: "A label's value; `KEY` stands for its name, `metadata.team=a`." }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 300, description: 'The `next_cursor` of the page before.' })),
})

const schema = {
  operationId: 'listJobs',
  summary: 'List jobs',
  description:
    'Newest first, without values and steps. All filters must hold; `metadata.KEY=VALUE` filters by a label. A page may be shorter than `limit`: only `next_cursor` null is the end.',
  tags: ['Jobs'],
  security: needs('jobs:read'),
  querystring: query,
  response: { 200: { ...pageOf<JobSummaryWire>('JobSummary'), description: 'A page of jobs.' }, ...problems() },
}

type Query = {
  state?: JobState
  name?: string
  tag?: string
  created_after?: string
  created_before?: string
  limit?: number
  cursor?: string
  [metadata: string]: unknown
}

/** `GET /v1/jobs`. */
export function listRoute(app: FastifyInstance, { jobList }: HttpDeps): void {
  app.get<{ Querystring: Query }>('/jobs', { schema }, async (request, reply) => {
    const { limit = 50, cursor } = request.query
    const after = cursor === undefined ? null : readCursor(cursor, isCursor)
    const page = await jobList.page({
      tenant: request.tenant,
      filters: readFilters(request.query),
      limit,
      after: after === null ? null : { createdAt: after[0], id: after[1] },
    })
    const next = page.next === null ? null : writeCursor([page.next.createdAt, page.next.id])
    if (next !== null) reply.header('link', `<${nextUrl(request.url, next)}>; rel="next"`)
    return { data: page.jobs.map(summaryRowToWire), next_cursor: next }
  })
}

function readFilters(given: Query) {
  const { state, name, tag, created_after: after, created_before: before } = given
  for (const text of Object.entries(given).flat()) {
    if (typeof text === 'string' && text.includes('\0'))
      throw new ProblemError('malformed-request', 'a filter holds NUL')
  }
  return {
    ...(state === undefined ? {} : { state }),
    ...(name === undefined ? {} : { name }),
    ...(after === undefined ? {} : { createdAfter: readMoment('created_after', after) }),
    ...(before === undefined ? {} : { createdBefore: readMoment('created_before', before) }),
    labels: [...(tag === undefined ? [] : [tagLabel(tag)]), ...readMetadata(given)],
  }
}

/** A job has no more labels; each one that is asked for costs a look-up for every job that is looked at. */
const MAX_LABELS = 50

/** Filters named `metadata.KEY`. Throws `malformed-request` for one that is given twice, and for too many. */
function readMetadata(given: Query): string[] {
  const named = Object.entries(given).filter(([name]) => name.startsWith('metadata.'))
  if (named.length > MAX_LABELS) {
    throw new ProblemError('malformed-request', `no job has more than ${MAX_LABELS} metadata; filter by fewer`)
  }
  return named.map(([name, value]) => {
    if (typeof value !== 'string') throw new ProblemError('malformed-request', `${name.slice(0, 60)} is given twice`)
    return metadataLabel(name.slice('metadata.'.length), value)
  })
}

function readMoment(name: string, text: string): number {
  // A `+` that was not percent-encoded arrives as a space; so may the `T` be written (RFC 3339, section 5.6).
  const written = text.replace(/ (?=\d\d:\d\d$)/, '+').replace(' ', 'T')
  const milliseconds = parseMoment(written)
  if (milliseconds === null) throw new ProblemError('malformed-request', `${name} must be a moment as in RFC 3339`)
  // No job is older than its time's zero, and the database knows no year 0.
  return Math.max(milliseconds, 0)
}

function nextUrl(url: string, cursor: string): string {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  searchParams.set('cursor', cursor)
  return `${pathname}?${searchParams.toString()}`
}

function isCursor(value: unknown): value is [number, string] {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [createdAt, id] = value as unknown[]
  return isMoment(createdAt) && typeof id === 'string' && /^[\w.-]{1,64}$/.test(id)
}
