import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { JobWire } from '../../wire/job.ts'
import { refTo } from '../../wire/ref.ts'
import { endWithKey } from '../auth/endWithKey.ts'
import { needs } from '../auth/guard.ts'
import { OR_TOKEN, TokenQuery } from '../auth/tokens.ts'
import type { HttpDeps } from '../deps.ts'
import { IfMatch, IfNoneMatch, JobParams, problems, WaitQuery } from '../openapi/schemas.ts'
import { checkIfMatch, isFresh, knownTagOfJob, tagOfJob } from '../protocol/etag.ts'
import { goneSignal } from '../protocol/requests.ts'

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
  const { jobs } = deps.service
  app.get<Route>('/jobs/:id', { schema }, async (request, reply) => {
    const { caller, headers } = request
    const { id } = request.params
    const { wait: seconds = 0, steps = true } = request.query
    if (seconds > 0) {
      endWithKey(request, reply, deps)
      await jobs.wait(caller, { id, seconds, signal: goneSignal(reply) })
    }
    if (headers['if-none-match'] !== undefined) {
      const version = await jobs.readVersion(caller, id)
      checkIfMatch(request, knownTagOfJob(headers['if-match'], version))
      if (isFresh(request, reply, knownTagOfJob(headers['if-none-match'], version))) return reply.code(304).send()
    }
    const { job, version, changesAt } = await jobs.read(caller, { id, steps })
    checkIfMatch(request, knownTagOfJob(headers['if-match'], version))
    isFresh(request, reply, tagOfJob(version, changesAt))
    return job
  })
}
