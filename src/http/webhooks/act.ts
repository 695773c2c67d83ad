import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { RedeliveryInput } from '../../wire/redelivery.ts'
import type { DeliveryWire } from '../../wire/delivery.ts'
import { refTo } from '../../wire/ref.ts'
import type { WebhookWithSecretWire } from '../../wire/webhook.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { problems, WebhookParams } from '../openapi/schemas.ts'

const common = { tags: ['Webhooks'], security: needs('webhooks'), params: WebhookParams }

const rotateSchema = {
  ...common,
  operationId: 'rotateWebhookSecret',
  summary: "Rotate a webhook's secret",
  description: 'The new secret is shown only here. The old one signs along for 24 hours.',
  response: {
    200: { ...refTo<WebhookWithSecretWire>('WebhookWithSecret'), description: 'The webhook and its new secret.' },
    ...problems(404),
  },
}

const testSchema = {
  ...common,
  operationId: 'testWebhook',
  summary: 'Send a test message',
  description: 'Sends a `webhook.test` message, also while the webhook is switched off.',
  response: { 202: { ...refTo<DeliveryWire>('Delivery'), description: 'The message, on its way.' }, ...problems(404) },
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
    ...problems(404, 413, 415, 422),
  },
}

type OneRoute = { Params: { id: string } }

/** `POST /v1/webhooks/{id}/rotate-secret`, `…/redeliver` and `POST /v1/webhooks/{id}/test`. */
export function webhookActionRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  const { webhooks } = service
  app.post<OneRoute>('/webhooks/:id/rotate-secret', { schema: rotateSchema }, async (request, reply) => {
    const webhook = await webhooks.rotateSecret(request.caller, request.params.id)
    return reply.header('cache-control', 'no-store').send(webhook)
  })

  app.post<OneRoute>('/webhooks/:id/redeliver', { schema: redeliverSchema }, async (request, reply) => {
    const { caller, params, body: input } = request
    return reply.code(202).send(await service.deliveries.redeliverFailedToWebhook(caller, { id: params.id, input }))
  })

  app.post<OneRoute>('/webhooks/:id/test', { schema: testSchema }, async (request, reply) =>
    reply.code(202).send(await webhooks.sendTest(request.caller, request.params.id)),
  )
}
