import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Json } from '../../engine/values/json.ts'
import { refTo } from '../../wire/ref.ts'
import type { SignalSentWire } from '../../wire/signal.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { JobParams, problems } from '../openapi/schemas.ts'
import { IdempotencyKey, idempotencyKeyOf, tellReplayed } from '../protocol/idempotency.ts'

const schema = {
  operationId: 'signalJob',
  summary: 'Send a signal to a job',
  description:
    'It is kept until a step `FLOW.SIGNAL` takes it, one each, in order; it may come before the step waits. At most 100 are kept for one job.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  params: Type.Object({
    ...JobParams.properties,
    name: Type.String({ description: "The signal's name.", examples: ['paid'] }),
  }),
  headers: IdempotencyKey,
  body: Type.Unknown({
    description: 'Any JSON: what the step gives.',
    examples: [{ invoice: 'i-17', paid: true }],
  }),
  response: {
    202: { ...refTo<SignalSentWire>('SignalSent'), description: 'It is kept.' },
    ...problems(404, 409, 413, 415, 422, 429),
  },
}

type Route = { Params: { id: string; name: string }; Body: Json }

/** `POST /v1/jobs/{id}/signals/{name}`. */
export function signalRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.post<Route>('/jobs/:id/signals/:name', { schema }, async (request, reply) => {
    const { caller, params, body } = request
    const idempotencyKey = idempotencyKeyOf(request)
    const { sent, replayed } = await service.jobs.signal(caller, { ...params, body, idempotencyKey })
    tellReplayed(reply, replayed)
    return reply.code(202).send(sent)
  })
}
