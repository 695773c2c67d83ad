import type { FastifyInstance } from 'fastify'
import type { BatchInput, BatchResultsWire } from '../../wire/batch.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { problems } from '../openapi/schemas.ts'
import { IdempotencyKey, idempotencyKeyOf, tellReplayed } from '../protocol/idempotency.ts'

const schema = {
  operationId: 'submitBatch',
  summary: 'Submit many jobs',
  description:
    'Accepts up to 1,000 definitions, each for itself, in order; what is accepted is durable when this answers. `Idempotency-Key` stands for the whole: a repeat gives the same results, and makes only what got 503.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  headers: IdempotencyKey,
  body: refTo<BatchInput>('BatchInput'),
  response: {
    200: { ...refTo<BatchResultsWire>('BatchResults'), description: 'What became of each job, in order.' },
    ...problems(409, 413, 415, 422),
  },
}

/** `POST /v1/batches`. */
export function batchRoute(app: FastifyInstance, { service, batchLimitBytes }: HttpDeps): void {
  app.post('/batches', { schema, bodyLimit: batchLimitBytes }, async (request, reply) => {
    const { caller, body: batch, id: instance } = request
    const idempotencyKey = idempotencyKeyOf(request)
    const { results, replayed } = await service.batches.submit(caller, { batch, idempotencyKey, instance })
    tellReplayed(reply, replayed)
    return { results }
  })
}
