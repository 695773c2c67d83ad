import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { JobWire } from '../../wire/job.ts'
import { refTo } from '../../wire/ref.ts'
import type { HttpDeps } from '../deps.ts'
import { OR_TOKEN, TokenQuery } from '../auth/tokens.ts'
import { needs } from '../auth/guard.ts'
import { checkIfMatch, isFresh, tagOfJob } from '../protocol/etag.ts'
import { goneSignal } from '../protocol/requests.ts'
import { endWithKey } from '../auth/endWithKey.ts'
import { IfMatch, IfNoneMatch, JobParams, problems, WaitQuery } from '../openapi/schemas.ts'
import { checkJobId, findJob, findVersion, renderJob } from './find.ts'

const schema = {
  operationId: 'getJob',
  summary: 'Get a job',
  description:
    'A job as it stands. `wait` answers only when it is over; `If-None-Match` gives 304 where nothing changed.',
  tags: ['Jobs'],
  security: [...needs('jobs:read'), ...OR_TOKEN],
  params: JobParams,
  headers: Type.Object({ ...IfNoneMatch.properties, ...IfMatch.properties }),
  querystring: Type.Object({
    ...TokenQuery.properties,
    ...WaitQuery.properties,
    steps: Type.Optional(Type.Boolean({ description: '`false` leaves the steps out.' })),
  }),
  response: {
    200: { ...refTo<JobWire>('Job'), description: 'The job.' },
    304: Type.Null({ description: 'It has not changed.' }),
    ...problems(404, 412),
  },
}

type Route = { Params: { id: string }; Querystring: { wait?: number; steps?: boolean } }

/** `GET /v1/jobs/{id}`. */
export function readRoute(app: FastifyInstance, deps: HttpDeps): void {
  app.get<Route>('/jobs/:id', { schema }, async (request, reply) => {
    const { database, feed } = deps
    const id = checkJobId(request.params.id)
    const { wait, steps = true } = request.query
    if (wait !== undefined && wait > 0 && !(await isOver(deps, request.tenant, id))) {
      endWithKey(request, reply, deps)
      await feed.waitForEnd({ tenant: request.tenant, id }, wait * 1000, goneSignal(reply))
    }
    if (request.headers['if-none-match'] !== undefined) {
      const version = await findVersion(database, request.tenant, id)
      checkIfMatch(request, tagOfJob(version))
      if (isFresh(request, reply, tagOfJob(version))) return reply.code(304).send()
    }
    const job = await findJob(database, request.tenant, id)
    checkIfMatch(request, tagOfJob(job))
    isFresh(request, reply, tagOfJob(job))
    return renderJob(database, job, steps)
  })
}

async function isOver({ database }: HttpDeps, tenant: string, id: string): Promise<boolean> {
  const version = await findVersion(database, tenant, id)
  return version.state !== 'queued' && version.state !== 'running'
}
