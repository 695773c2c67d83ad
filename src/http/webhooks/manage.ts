import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Service } from '../../service/service.ts'
import { refTo } from '../../wire/ref.ts'
import type { WebhookChange, WebhookInput, WebhookWire, WebhookWithSecretWire } from '../../wire/webhook.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { IdempotencyKey, idempotencyKeyOf, tellReplayed } from '../protocol/idempotency.ts'
import { checkIfMatch, isFresh, namesVersions, tagOfContent } from '../protocol/etag.ts'
import { IfMatch, IfNoneMatch, PageQuery, pageOf, problems, WebhookParams } from '../openapi/schemas.ts'

const common = { tags: ['Webhooks'], security: needs('webhooks') }

const createSchema = {
  ...common,
  operationId: 'createWebhook',
  summary: 'Make a webhook',
  description:
    'From now on its receiver is told what happens to the jobs of this tenant. The secret is shown only here, and to a repeat with the same `Idempotency-Key`.',
  headers: IdempotencyKey,
  body: refTo<WebhookInput>('WebhookInput'),
  response: {
    201: { ...refTo<WebhookWithSecretWire>('WebhookWithSecret'), description: 'The webhook and its secret.' },
    ...problems(409, 413, 415, 422),
  },
}

const listSchema = {
  ...common,
  operationId: 'listWebhooks',
  summary: 'List webhooks',
  description: 'Newest first.',
  querystring: PageQuery,
  response: { 200: { ...pageOf<WebhookWire>('Webhook'), description: 'A page of webhooks.' }, ...problems() },
}

const readSchema = {
  ...common,
  operationId: 'getWebhook',
  summary: 'Get a webhook',
  description: 'One webhook, without its secret.',
  params: WebhookParams,
  headers: Type.Object({ ...IfNoneMatch.properties, ...IfMatch.properties }),
  response: {
    200: { ...refTo<WebhookWire>('Webhook'), description: 'The webhook.' },
    304: Type.Null({ description: 'It has not changed.' }),
    ...problems(404, 412),
  },
}

const changeSchema = {
  ...common,
  operationId: 'changeWebhook',
  summary: 'Change a webhook',
  description: 'Holds for what is pending too. Switched on again, what was held goes on its way.',
  params: WebhookParams,
  headers: IfMatch,
  body: refTo<WebhookChange>('WebhookChange'),
  response: {
    200: { ...refTo<WebhookWire>('Webhook'), description: 'The webhook as it is now.' },
    ...problems(404, 412, 413, 415, 422),
  },
}

const removeSchema = {
  ...common,
  operationId: 'deleteWebhook',
  summary: 'Delete a webhook',
  description: 'What is pending for it is dropped.',
  params: WebhookParams,
  headers: IfMatch,
  response: { 204: Type.Null({ description: 'It is gone.' }), ...problems(404, 412) },
}

type OneRoute = { Params: { id: string } }
type ListRoute = { Querystring: { limit?: number; cursor?: string } }

/** `/v1/webhooks` and `/v1/webhooks/{id}`. */
export function webhookRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  const { webhooks } = service
  app.post('/webhooks', { schema: createSchema }, async (request, reply) => {
    const { caller, body: input } = request
    const { answer, replayed } = await webhooks.create(caller, { input, idempotencyKey: idempotencyKeyOf(request) })
    tellReplayed(reply, replayed).header('location', `/v1/webhooks/${answer.id}`).header('cache-control', 'no-store')
    return reply.code(201).send(answer)
  })

  app.get<ListRoute>('/webhooks', { schema: listSchema }, async ({ caller, query }) => webhooks.list(caller, query))

  app.get<OneRoute>('/webhooks/:id', { schema: readSchema }, async (request, reply) => {
    const shown = await webhooks.read(request.caller, request.params.id)
    checkIfMatch(request, tagOfContent(shown))
    return isFresh(request, reply, tagOfContent(shown)) ? reply.code(304).send() : shown
  })

  app.patch<OneRoute>('/webhooks/:id', { schema: changeSchema }, async (request, reply) => {
    const { caller, params, body: input } = request
    const known = await knownVersion(request, service)
    const shown = await webhooks.change(caller, { id: params.id, input, known })
    return reply.header('etag', tagOfContent(shown)).send(shown)
  })

  app.delete<OneRoute>('/webhooks/:id', { schema: removeSchema }, async (request, reply) => {
    const known = await knownVersion(request, service)
    await webhooks.remove(request.caller, { id: request.params.id, known })
    return reply.code(204).send()
  })
}

/** The webhook that `If-Match` names; null: any. Throws `precondition-failed` where it is another one by now. */
async function knownVersion(request: FastifyRequest<OneRoute>, { webhooks }: Service): Promise<WebhookWire | null> {
  if (!namesVersions(request)) return null
  const known = await webhooks.read(request.caller, request.params.id)
  checkIfMatch(request, tagOfContent(known))
  return known
}
