import { randomUUIDv7 } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { addTestMessage } from '../../store/messages/deliveries.ts'
import { rotateWebhook } from '../../store/webhooks/change.ts'
import { readWebhook } from '../../store/webhooks/read.ts'
import { rowOf } from '../../secrets/rows.ts'
import { newSecret } from '../../webhooks/secrets.ts'
import { type DeliveryWire, deliveryToWire } from '../../wire/delivery.ts'
import { refTo } from '../../wire/ref.ts'
import type { WebhookWithSecretWire } from '../../wire/webhook.ts'
import { actorOf, needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { problems, WebhookParams } from '../openapi/schemas.ts'
import { checkWebhookId, noSuchWebhook, webhookToWire } from './find.ts'

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

type OneRoute = { Params: { id: string } }

/** `POST /v1/webhooks/{id}/rotate-secret` and `POST /v1/webhooks/{id}/test`. */
export function webhookActionRoutes(app: FastifyInstance, { database, secrets, wakeDeliverer }: HttpDeps): void {
  app.post<OneRoute>('/webhooks/:id/rotate-secret', { schema: rotateSchema }, async (request, reply) => {
    const id = checkWebhookId(request.params.id)
    const secret = newSecret()
    const sealed = secrets.seal(secret, rowOf.webhook(request.tenant, id))
    const webhook = await rotateWebhook(database, request.tenant, id, sealed, actorOf(request))
    if (webhook === null) throw noSuchWebhook(id)
    return reply.header('cache-control', 'no-store').send({ ...webhookToWire(webhook), secret })
  })

  app.post<OneRoute>('/webhooks/:id/test', { schema: testSchema }, async (request, reply) => {
    const id = checkWebhookId(request.params.id)
    if ((await readWebhook(database, request.tenant, id)) === null) throw noSuchWebhook(id)
    const message = await addTestMessage(database, request.tenant, id, `msg_${randomUUIDv7()}`)
    wakeDeliverer()
    return reply.code(202).send(deliveryToWire(message))
  })
}
