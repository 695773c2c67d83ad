import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { removeJob } from '../../store/jobs/remove.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { HttpDeps } from '../deps.ts'
import { actorOf, needs } from '../auth/guard.ts'
import { checkIfMatch, tagOfJob } from '../protocol/etag.ts'
import { IfMatch, JobParams, problems } from '../openapi/schemas.ts'
import { checkJobId, findVersion, noSuchJob } from './find.ts'

const schema = {
  operationId: 'deleteJob',
  summary: 'Delete a job',
  description:
    'Deletes a job that is over, with all that belongs to it. Its idempotency key stays taken for its 24 hours.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  params: JobParams,
  headers: IfMatch,
  response: { 204: Type.Null({ description: 'It is gone.' }), ...problems(404, 409, 412, 413, 415) },
}

/** `DELETE /v1/jobs/{id}`. */
export function removeRoute(app: FastifyInstance, { database }: HttpDeps): void {
  app.delete<{ Params: { id: string } }>('/jobs/:id', { schema }, async (request, reply) => {
    const id = checkJobId(request.params.id)
    if (request.headers['if-match'] !== undefined) {
      checkIfMatch(request, tagOfJob(await findVersion(database, request.tenant, id)))
    }
    switch (await removeJob(database, request.tenant, id, actorOf(request))) {
      case 'removed':
        return reply.code(204).send()
      case 'not-found':
        throw noSuchJob(id)
      case 'not-finished':
        throw new ProblemError('job-not-finished', 'the job is not over; cancel it first')
    }
  })
}
