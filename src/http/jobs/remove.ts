import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { IfMatch, JobParams, problems } from '../openapi/schemas.ts'
import { checkJobVersion } from './version.ts'

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
export function removeRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.delete<{ Params: { id: string } }>('/jobs/:id', { schema }, async (request, reply) => {
    await checkJobVersion(request, service)
    await service.jobs.remove(request.caller, request.params.id)
    return reply.code(204).send()
  })
}
