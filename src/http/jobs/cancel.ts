import type { FastifyInstance } from 'fastify'
import type { JobWire } from '../../wire/job.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { IfMatch, JobParams, problems } from '../openapi/schemas.ts'
import { checkJobVersion } from './version.ts'

const schema = {
  operationId: 'cancelJob',
  summary: 'Cancel a job',
  description:
    'Recorded at once and not taken back: a queued job is over, a running one ends its step and is over soon.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  params: JobParams,
  headers: IfMatch,
  response: {
    202: { ...refTo<JobWire>('Job'), description: 'The job as it is now.' },
    ...problems(404, 409, 412, 413, 415),
  },
}

/** `POST /v1/jobs/{id}/cancel`. */
export function cancelRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.post<{ Params: { id: string } }>('/jobs/:id/cancel', { schema }, async (request, reply) => {
    const { caller, params } = request
    await checkJobVersion(request, service)
    return reply.code(202).send(await service.jobs.cancel(caller, params.id))
  })
}
