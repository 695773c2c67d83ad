import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { JOB_STATES, type JobState, type JobSummaryWire } from '../../wire/job.ts'
import { parseMoment } from '../../wire/moment.ts'
import { ProblemError } from '../../wire/problem.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { pageOf, problems } from '../openapi/schemas.ts'
import { readMetadata } from '../protocol/metadata.ts'

const query = Type.Object({
  state: Type.Optional(Type.String({ enum: [...JOB_STATES] })),
  name: Type.Optional(Type.String({ maxLength: 200, description: 'The whole name.' })),
  tag: Type.Optional(Type.String({ maxLength: 100, description: 'A tag that the job carries.' })),
  definition: Type.Optional(Type.String({ maxLength: 63, description: 'The name of its definition.' })),
  schedule: Type.Optional(Type.String({ maxLength: 63, description: 'The name of the schedule that made it.' })),
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
  definition?: string
  schedule?: string
  created_after?: string
  created_before?: string
  limit?: number
  cursor?: string
  [metadata: string]: unknown
}

/** `GET /v1/jobs`. */
export function listRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.get<{ Querystring: Query }>('/jobs', { schema }, async (request, reply) => {
    const {
      state,
      name,
      tag,
      definition,
      schedule,
      created_after: after,
      created_before: before,
      limit,
      cursor,
    } = request.query
    const page = await service.jobs.list(request.caller, {
      state,
      name,
      tag,
      definition,
      schedule,
      metadata: readMetadata(request.query),
      createdAfter: after === undefined ? undefined : readMoment('created_after', after),
      createdBefore: before === undefined ? undefined : readMoment('created_before', before),
      limit,
      cursor,
    })
    const { next_cursor: next } = page
    if (next !== null) reply.header('link', `<${nextUrl(request.url, next)}>; rel="next"`)
    return page
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
