import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { RedeliveryInput } from '../../wire/redelivery.ts'
import type { DeliveryWire } from '../../wire/delivery.ts'
import { refTo } from '../../wire/ref.ts'
import type { WebhookWithSecretWire } from '../../wire/webhook.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { problems, WebhookParams } from '../openapi/schemas.ts'
import { IdempotencyKey, idempotencyKeyOf, tellReplayed } from '../protocol/idempotency.ts'

const common = { tags: ['Webhooks'], security: needs('webhooks'), params: WebhookParams, headers: IdempotencyKey }

const rotateSchema = {
  ...common,
  operationId: 'rotateWebhookSecret',
  summary: "Rotate a webhook's secret",
  description:
    'The new secret is shown only here, and to a repeat with the same `Idempotency-Key`. The old one signs along for 24 hours.',
  response: {
    200: { ...refTo<WebhookWithSecretWire>('WebhookWithSecret'), description: 'The webhook and its new secret.' },
    ...problems(404, 409),
  },
}

const testSchema = {
  ...common,
  operationId: 'testWebhook',
  summary: 'Send a test message',
  description: 'Sends a `webhook.test` message, also while the webhook is switched off.',
  response: {
    202: { ...refTo<DeliveryWire>('Delivery'), description: 'The message, on its way.' },
    ...problems(404, 409),
  },
}

const redeliverSchema = {
  ...common,
  operationId: 'redeliverFailedToWebhook',
  summary: 'Deliver what failed again',
  description:
    'The same messages, each at once; should one fail, with the whole schedule before it. The newest 10,000 are looked at.',
  body: refTo<RedeliveryInput>('RedeliveryInput'),
  response: {
    202: Type.Object({ count: Type.Integer({ minimum: 0 }) }, { description: 'How many are on their way again.' }),
    ...problems(404, 409, 413, 415, 422),
  },
}

type OneRoute = { Params: { id: string } }

/** `POST /v1/webhooks/{id}/rotate-secret`, `…/redeliver` and `POST /v1/webhooks/{id}/test`. */
export function webhookActionRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  const { webhooks } = service
  app.post<OneRoute>('/webhooks/:id/rotate-secret', { schema: rotateSchema }, async (request, reply) => {
    const asked = { id: request.params.id, idempotencyKey: idempotencyKeyOf(request) }
    const { answer, replayed } = await webhooks.rotateSecret(request.caller, asked)
    return tellReplayed(reply, replayed).header('cache-control', 'no-store').send(answer)
  })

  app.post<OneRoute>('/webhooks/:id/redeliver', { schema: redeliverSchema }, async (request, reply) => {
    const { caller, params, body: input } = request
    const asked = { id: params.id, input, idempotencyKey: idempotencyKeyOf(request) }
    const { answer, replayed } = await service.deliveries.redeliverFailedToWebhook(caller, asked)
    return tellReplayed(reply, replayed).code(202).send(answer)
  })

  app.post<OneRoute>('/webhooks/:id/test', { schema: testSchema }, async (request, reply) => {
    const asked = { id: request.params.id, idempotencyKey: idempotencyKeyOf(request) }
    const { answer, replayed } = await webhooks.sendTest(request.caller, asked)
    return tellReplayed(reply, replayed).code(202).send(answer)
  })
}
