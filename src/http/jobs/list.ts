import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { JobSummaryWire } from '../../wire/job.ts'
import { FilterMistake, JobFilterProperties, readFilters } from '../../wire/jobFilters.ts'
import { ProblemError } from '../../wire/problem.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { PageQuery, pageOf, problems } from '../openapi/schemas.ts'

const query = Type.Object({
  ...JobFilterProperties,
  order: Type.Optional(
    Type.String({
      enum: ['created_at', '-created_at'],
      default: '-created_at',
      description: 'By the moment at which they were accepted: the oldest, or the newest first.',
    }),
  ),
  include: Type.Optional(
    Type.String({ enum: ['steps'], description: 'Each job with its steps; pages may then be shorter.' }),
  ),
  ...PageQuery.properties,
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
  order?: 'created_at' | '-created_at'
  include?: 'steps'
  limit?: number
  cursor?: string
  [filter: string]: unknown
}

/** `GET /v1/jobs`. */
export function listRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.get<{ Querystring: Query }>('/jobs', { schema }, async (request, reply) => {
    const { order, include, limit, cursor } = request.query
    const page = await service.jobs.list(request.caller, {
      ...asQuery(() => readFilters(request.query)),
      order: order === 'created_at' ? 'oldest' : 'newest',
      steps: include === 'steps',
      limit,
      cursor,
    })
    const { next_cursor: next } = page
    if (next !== null) reply.header('link', `<${nextUrl(request.url, next)}>; rel="next"`)
    return page
  })
}

/** Reads what stands in a query. Throws `malformed-request` for what can be no filter, or is given twice. */
export function asQuery<Read>(read: () => Read): Read {
  try {
    return read()
  } catch (error) {
    if (error instanceof FilterMistake) throw new ProblemError('malformed-request', error.message)
    throw error
  }
}

function nextUrl(url: string, cursor: string): string {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  searchParams.set('cursor', cursor)
  return `${pathname}?${searchParams.toString()}`
}
