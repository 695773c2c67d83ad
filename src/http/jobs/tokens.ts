import type { FastifyInstance } from 'fastify'
import type { JobTokenInput, JobTokenWire } from '../../wire/jobToken.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { JobParams, problems } from '../openapi/schemas.ts'
import { IdempotencyKey, idempotencyKeyOf, tellReplayed } from '../protocol/idempotency.ts'

const schema = {
  operationId: 'createJobToken',
  summary: 'Make a token that reads a job',
  description:
    "For clients that can send no headers, such as a browser's `EventSource`: `?token=` reads this one job, its steps and events, and nothing else.",
  tags: ['Jobs'],
  security: needs('jobs:read'),
  params: JobParams,
  headers: IdempotencyKey,
  body: refTo<JobTokenInput>('JobTokenInput'),
  response: {
    201: { ...refTo<JobTokenWire>('JobToken'), description: 'The token.' },
    ...problems(404, 409, 413, 415, 422),
  },
}

/** `POST /v1/jobs/{id}/tokens`. */
export function tokenRoute(app: FastifyInstance, { service }: HttpDeps): void {
  const config = { bodyOptional: true } as const
  app.post<{ Params: { id: string } }>('/jobs/:id/tokens', { schema, config }, async (request, reply) => {
    const { caller, params, body: input } = request
    const idempotencyKey = idempotencyKeyOf(request)
    const { answer, replayed } = await service.jobs.makeToken(caller, { id: params.id, input, idempotencyKey })
    return tellReplayed(reply, replayed).code(201).header('cache-control', 'no-store').send(answer)
  })
}
