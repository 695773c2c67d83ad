import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import {
  type Delivery,
  deliveriesOfJob,
  deliveriesOfWebhook,
  redeliverOfJob,
  redeliverOfWebhook,
} from '../../store/messages/deliveries.ts'
import { readWebhook } from '../../store/webhooks/read.ts'
import { type DeliveryWire, deliveryToWire } from '../../wire/delivery.ts'
import { ProblemError } from '../../wire/problem.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import { readCursor, writeCursor } from '../protocol/cursor.ts'
import type { HttpDeps } from '../deps.ts'
import { findJob } from '../jobs/find.ts'
import { JobParams, PageQuery, pageOf, problems, WebhookParams } from '../openapi/schemas.ts'
import { checkWebhookId, noSuchWebhook } from './find.ts'

const DeliveryId = Type.Object({ delivery_id: Type.String({ description: "The message's id." }) })

const page = { 200: { ...pageOf<DeliveryWire>('Delivery'), description: 'A page of deliveries.' }, ...problems(404) }
const again = {
  202: { ...refTo<DeliveryWire>('Delivery'), description: 'The message, on its way again.' },
  ...problems(404),
}

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
    response: again,
  },
  ofJob: {
    operationId: 'listJobDeliveries',
    summary: "List the deliveries to a job's own callbacks",
    description: 'Newest first, with their attempts.',
    tags: ['Jobs'],
    security: needs('jobs:read'),
    params: JobParams,
    querystring: PageQuery,
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
    response: again,
  },
}

type ListRoute = { Params: { id: string }; Querystring: { limit?: number; cursor?: string } }
type OneRoute = { Params: { id: string; delivery_id: string } }

/** `…/deliveries` and `…/deliveries/{delivery_id}/redeliver`, of webhooks and of jobs. */
export function deliveryRoutes(app: FastifyInstance, { database, wakeDeliverer }: HttpDeps): void {
  app.get<ListRoute>('/webhooks/:id/deliveries', { schema: schemas.ofWebhook }, async (request) => {
    const id = checkWebhookId(request.params.id)
    if ((await readWebhook(database, request.tenant, id)) === null) throw noSuchWebhook(id)
    return renderPage(request.query, (where) => deliveriesOfWebhook(database, request.tenant, id, where))
  })

  app.post<OneRoute>(
    '/webhooks/:id/deliveries/:delivery_id/redeliver',
    { schema: schemas.againOfWebhook },
    async (request, reply) => {
      const { id, delivery_id } = request.params
      if ((await readWebhook(database, request.tenant, checkWebhookId(id))) === null) throw noSuchWebhook(id)
      const message = await redeliverOfWebhook(database, request.tenant, id, checkDeliveryId(delivery_id))
      if (message === null) throw noSuchDelivery(delivery_id)
      wakeDeliverer()
      return reply.code(202).send(deliveryToWire(message))
    },
  )

  app.get<ListRoute>('/jobs/:id/deliveries', { schema: schemas.ofJob }, async (request) => {
    const { id } = await findJob(database, request.tenant, request.params.id)
    return renderPage(request.query, (where) => deliveriesOfJob(database, request.tenant, id, where))
  })

  app.post<OneRoute>(
    '/jobs/:id/deliveries/:delivery_id/redeliver',
    { schema: schemas.againOfJob },
    async (request, reply) => {
      const { id } = await findJob(database, request.tenant, request.params.id)
      const { delivery_id } = request.params
      const message = await redeliverOfJob(database, request.tenant, id, checkDeliveryId(delivery_id))
      if (message === null) throw noSuchDelivery(delivery_id)
      wakeDeliverer()
      return reply.code(202).send(deliveryToWire(message))
    },
  )
}

async function renderPage(
  { limit = 50, cursor }: { limit?: number; cursor?: string },
  read: (where: { before: string | null; limit: number }) => Promise<Delivery[]>,
): Promise<{ data: DeliveryWire[]; next_cursor: string | null }> {
  const [before] = cursor === undefined ? [null] : readCursor(cursor, isCursor)
  const rows = await read({ before, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return { data: shown.map(deliveryToWire), next_cursor: last === undefined ? null : writeCursor([last.id]) }
}

const DELIVERY_ID = /^msg_[0-9a-f-]{36}$/

/** Throws `not-found` for what can't be a message's id at all, before the database is asked. */
function checkDeliveryId(id: string): string {
  if (!DELIVERY_ID.test(id)) throw noSuchDelivery(id)
  return id
}

function noSuchDelivery(id: string): ProblemError {
  return new ProblemError('not-found', `there is no delivery ${id.slice(0, 100)}`)
}

function isCursor(value: unknown): value is [string] {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' && DELIVERY_ID.test(value[0])
}
