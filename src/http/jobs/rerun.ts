import type { FastifyInstance } from 'fastify'
import type { JobWire } from '../../wire/job.ts'
import { refTo } from '../../wire/ref.ts'
import type { RerunInput } from '../../wire/rerun.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { JobParams, problems } from '../openapi/schemas.ts'
import { IdempotencyKey, idempotencyKeyOf, tellReplayed } from '../protocol/idempotency.ts'

const schema = {
  operationId: 'rerunJob',
  summary: 'Run a job again',
  description:
    'A new job of one that is over: whole, or `from` a step. What was recorded before that step is taken over, so its effects are not repeated.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  params: JobParams,
  headers: IdempotencyKey,
  body: refTo<RerunInput>('RerunInput'),
  response: {
    202: { ...refTo<JobWire>('Job'), description: 'The new job is accepted, as it is now.' },
    ...problems(404, 409, 413, 415, 422),
  },
}

type Route = { Params: { id: string } }

/** `POST /v1/jobs/{id}/rerun`. */
export function rerunRoute(app: FastifyInstance, { service }: HttpDeps): void {
  const config = { bodyOptional: true } as const
  app.post<Route>('/jobs/:id/rerun', { schema, config }, async (request, reply) => {
    const { caller, params, body: asked } = request
    const idempotencyKey = idempotencyKeyOf(request)
    const { job, replayed } = await service.jobs.rerun(caller, { id: params.id, asked, idempotencyKey })
    const path = `/v1/jobs/${job.id}`
    reply.header('location', path).header('link', `<${path}>; rel="monitor"`)
    tellReplayed(reply, replayed)
    return reply.code(202).send(job)
  })
}
