import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { DeliveryWire } from '../../wire/delivery.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { IdempotencyKey, idempotencyKeyOf, tellReplayed } from '../protocol/idempotency.ts'
import { JobParams, PageQuery, pageOf, problems, WebhookParams } from '../openapi/schemas.ts'

const DeliveryId = Type.Object({ delivery_id: Type.String({ description: "The message's id." }) })

const page = { 200: { ...pageOf<DeliveryWire>('Delivery'), description: 'A page of deliveries.' }, ...problems(404) }
const again = {
  202: { ...refTo<DeliveryWire>('Delivery'), description: 'The message, on its way again.' },
  ...problems(404, 409),
}

const JobDeliveriesQuery = Type.Object({
  include: Type.Optional(
    Type.String({ enum: ['webhooks'], description: 'Also those to webhooks; needs the scope `webhooks` too.' }),
  ),
  ...PageQuery.properties,
})

const schemas = {
  ofWebhook: {
    operationId: 'listWebhookDeliveries',
    summary: "List a webhook's deliveries",
    description: 'Newest first, with their attempts.',
    tags: ['Webhooks'],
    security: needs('webhooks'),
    params: WebhookParams,
    querystring: PageQuery,
    response: page,
  },
  againOfWebhook: {
    operationId: 'redeliverToWebhook',
    summary: 'Deliver a message again',
    description:
      'The same message, with the same id and body, at once; should it fail, with the whole schedule before it.',
    tags: ['Webhooks'],
    security: needs('webhooks'),
    params: Type.Object({ ...WebhookParams.properties, ...DeliveryId.properties }),
    headers: IdempotencyKey,
    response: again,
  },
  ofJob: {
    operationId: 'listJobDeliveries',
    summary: 'List the deliveries of a job',
    description:
      "Newest first, with their attempts: to the job's own callbacks, and to webhooks where they are asked for.",
    tags: ['Jobs'],
    security: needs('jobs:read'),
    params: JobParams,
    querystring: JobDeliveriesQuery,
    response: page,
  },
  againOfJob: {
    operationId: 'redeliverToCallback',
    summary: 'Deliver a message to a callback again',
    description:
      'The same message, with the same id and body, at once; should it fail, with the whole schedule before it.',
    tags: ['Jobs'],
    security: needs('jobs:write'),
    params: Type.Object({ ...JobParams.properties, ...DeliveryId.properties }),
    headers: IdempotencyKey,
    response: again,
  },
}

type ListRoute = { Params: { id: string }; Querystring: { limit?: number; cursor?: string; include?: 'webhooks' } }
type OneRoute = { Params: { id: string; delivery_id: string } }

/** `…/deliveries` and `…/deliveries/{delivery_id}/redeliver`, of webhooks and of jobs. */
export function deliveryRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  const { deliveries } = service
  app.get<ListRoute>('/webhooks/:id/deliveries', { schema: schemas.ofWebhook }, async ({ caller, params, query }) =>
    deliveries.listOfWebhook(caller, { id: params.id, limit: query.limit, cursor: query.cursor }),
  )

  app.get<ListRoute>('/jobs/:id/deliveries', { schema: schemas.ofJob }, async ({ caller, params, query }) =>
    deliveries.listOfJob(caller, {
      id: params.id,
      limit: query.limit,
      cursor: query.cursor,
      withWebhooks: query.include === 'webhooks',
    }),
  )

  app.post<OneRoute>(
    '/webhooks/:id/deliveries/:delivery_id/redeliver',
    { schema: schemas.againOfWebhook },
    async (request, reply) => {
      const { answer, replayed } = await deliveries.redeliverToWebhook(request.caller, askedAgain(request))
      return tellReplayed(reply, replayed).code(202).send(answer)
    },
  )

  app.post<OneRoute>(
    '/jobs/:id/deliveries/:delivery_id/redeliver',
    { schema: schemas.againOfJob },
    async (request, reply) => {
      const { answer, replayed } = await deliveries.redeliverToCallback(request.caller, askedAgain(request))
      return tellReplayed(reply, replayed).code(202).send(answer)
    },
  )
}

function askedAgain(request: FastifyRequest<OneRoute>) {
  const { id, delivery_id: delivery } = request.params
  return { id, delivery, idempotencyKey: idempotencyKeyOf(request) }
}
