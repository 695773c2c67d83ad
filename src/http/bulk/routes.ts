import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { BulkInput, BulkOperationWire } from '../../wire/bulk.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { problems } from '../openapi/schemas.ts'
import { IdempotencyKey, idempotencyKeyOf, tellReplayed } from '../protocol/idempotency.ts'

const beginSchema = {
  operationId: 'beginBulk',
  summary: 'One action on many jobs',
  description:
    'Cancels or deletes all jobs that fit the filter, up to `limit`. It goes on by itself; `GET /v1/bulk/{id}` tells how far it is. Jobs that came later are left alone.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  headers: IdempotencyKey,
  body: refTo<BulkInput>('BulkInput'),
  response: {
    200: { ...refTo<BulkOperationWire>('BulkOperation'), description: 'A dry run: how many there are.' },
    202: { ...refTo<BulkOperationWire>('BulkOperation'), description: 'It began.' },
    ...problems(409, 413, 415, 422),
  },
}

const readSchema = {
  operationId: 'getBulk',
  summary: 'How far an action on many jobs is',
  description: 'Of how many jobs it was, how many are done, and whether it is over.',
  tags: ['Jobs'],
  security: needs('jobs:read'),
  params: Type.Object({ id: Type.String({ description: 'The id of the operation.' }) }),
  response: {
    200: { ...refTo<BulkOperationWire>('BulkOperation'), description: 'How far it is.' },
    ...problems(404),
  },
}

/** `/v1/bulk`. */
export function bulkRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  const { bulk } = service
  app.post('/bulk', { schema: beginSchema }, async (request, reply) => {
    const { caller, body: input } = request
    const idempotencyKey = idempotencyKeyOf(request)
    const { operation, replayed } = await bulk.begin(caller, { input, idempotencyKey })
    tellReplayed(reply, replayed)
    return reply.code(operation.id === null ? 200 : 202).send(operation)
  })
  app.get<{ Params: { id: string } }>('/bulk/:id', { schema: readSchema }, ({ caller, params }) =>
    bulk.read(caller, params.id),
  )
}
