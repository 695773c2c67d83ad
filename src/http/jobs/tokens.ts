import type { FastifyInstance } from 'fastify'
import { timestamp } from '../../wire/jobView.ts'
import { type JobTokenInput, type JobTokenWire, secondsAsked } from '../../wire/jobToken.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { JobParams, problems } from '../openapi/schemas.ts'
import { checkJobId, noSuchJob } from './find.ts'

const schema = {
  operationId: 'createJobToken',
  summary: 'Make a token that reads a job',
  description:
    "For clients that can send no headers, such as a browser's `EventSource`: `?token=` reads this one job, its steps and events, and nothing else.",
  tags: ['Jobs'],
  security: needs('jobs:read'),
  params: JobParams,
  body: refTo<JobTokenInput>('JobTokenInput'),
  response: { 201: { ...refTo<JobTokenWire>('JobToken'), description: 'The token.' }, ...problems(404, 413, 415, 422) },
}

/** `POST /v1/jobs/{id}/tokens`. */
export function tokenRoute(app: FastifyInstance, { tokens, executor }: HttpDeps): void {
  const config = { bodyOptional: true } as const
  app.post<{ Params: { id: string } }>('/jobs/:id/tokens', { schema, config }, async (request, reply) => {
    const jobId = checkJobId(request.params.id)
    const expiresAt = executor.now() + secondsAsked(request.body) * 1000
    const { tenant, caller } = request
    const token = await tokens.make({ tenant, jobId }, { expiresAt, keyId: caller?.keyId ?? null })
    if (token === null) throw noSuchJob(jobId)
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ token, expires_at: timestamp(expiresAt) })
  })
}
