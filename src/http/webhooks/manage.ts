import { randomUUIDv7 } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Database } from '../../store/client.ts'
import { addWebhook, MAX_WEBHOOKS } from '../../store/webhooks/add.ts'
import { changeWebhook } from '../../store/webhooks/change.ts'
import { removeWebhook } from '../../store/webhooks/drop.ts'
import { listWebhooks, readWebhook } from '../../store/webhooks/read.ts'
import { rowOf } from '../../secrets/rows.ts'
import { newSecret } from '../../webhooks/secrets.ts'
import { parseWebhook, parseWebhookChange } from '../../wire/parseWebhook.ts'
import { ProblemError } from '../../wire/problem.ts'
import { refTo } from '../../wire/ref.ts'
import {
  EVENT_KINDS,
  type WebhookChange,
  type WebhookInput,
  type WebhookWire,
  type WebhookWithSecretWire,
} from '../../wire/webhook.ts'
import { actorOf, needs } from '../auth/guard.ts'
import { readCursor, writeCursor } from '../protocol/cursor.ts'
import type { HttpDeps } from '../deps.ts'
import { checkIfMatch, isFresh, tagOfContent } from '../protocol/etag.ts'
import { IfMatch, IfNoneMatch, PageQuery, pageOf, problems, WebhookParams } from '../openapi/schemas.ts'
import { checkWebhookId, noSuchWebhook, webhookToWire } from './find.ts'

const common = { tags: ['Webhooks'], security: needs('webhooks') }

const createSchema = {
  ...common,
  operationId: 'createWebhook',
  summary: 'Make a webhook',
  description:
    'From now on its receiver is told what happens to the jobs of this tenant. The secret is shown only here.',
  body: refTo<WebhookInput>('WebhookInput'),
  response: {
    201: { ...refTo<WebhookWithSecretWire>('WebhookWithSecret'), description: 'The webhook and its secret.' },
    ...problems(413, 415, 422),
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
export function webhookRoutes(app: FastifyInstance, deps: HttpDeps): void {
  const { database, rules, secrets, messageBudget } = deps

  app.post('/webhooks', { schema: createSchema }, async (request, reply) => {
    const input = parseWebhook(request.body, rules)
    const { secret = newSecret(), events = EVENT_KINDS } = input
    const id = `wh_${randomUUIDv7()}`
    const added = {
      id,
      tenant: request.tenant,
      url: input.url,
      events: [...new Set(events)],
      description: input.description ?? null,
      enabled: input.enabled ?? true,
      secret: secrets.seal(secret, rowOf.webhook(request.tenant, id)),
    }
    const own = request.limits?.webhooks ?? MAX_WEBHOOKS
    const stored = await addWebhook(database, added, Math.min(own, MAX_WEBHOOKS), actorOf(request))
    if (stored === null) throw tooMany(own)
    messageBudget.forget(request.tenant)
    reply.header('location', `/v1/webhooks/${stored.id}`).header('cache-control', 'no-store')
    return reply.code(201).send({ ...webhookToWire(stored), secret })
  })

  app.get<ListRoute>('/webhooks', { schema: listSchema }, async (request) => {
    const { limit = 50, cursor } = request.query
    const [before] = cursor === undefined ? [null] : readCursor(cursor, isId)
    const rows = await listWebhooks(database, request.tenant, before, limit + 1)
    const page = rows.slice(0, limit)
    const last = rows.length > limit ? page.at(-1) : undefined
    return { data: page.map(webhookToWire), next_cursor: last === undefined ? null : writeCursor([last.id]) }
  })

  app.get<OneRoute>('/webhooks/:id', { schema: readSchema }, async (request, reply) => {
    const id = checkWebhookId(request.params.id)
    const webhook = await readWebhook(database, request.tenant, id)
    if (webhook === null) throw noSuchWebhook(id)
    const shown = webhookToWire(webhook)
    checkIfMatch(request, tagOfContent(shown))
    return isFresh(request, reply, tagOfContent(shown)) ? reply.code(304).send() : shown
  })

  app.patch<OneRoute>('/webhooks/:id', { schema: changeSchema }, async (request, reply) => {
    const id = checkWebhookId(request.params.id)
    await checkVersion(request, id, database)
    const webhook = await changeWebhook(
      database,
      request.tenant,
      id,
      parseWebhookChange(request.body, rules),
      actorOf(request),
    )
    if (webhook === null) throw noSuchWebhook(id)
    messageBudget.forget(request.tenant)
    const shown = webhookToWire(webhook)
    return reply.header('etag', tagOfContent(shown)).send(shown)
  })

  app.delete<OneRoute>('/webhooks/:id', { schema: removeSchema }, async (request, reply) => {
    const id = checkWebhookId(request.params.id)
    await checkVersion(request, id, database)
    if (!(await removeWebhook(database, request.tenant, id, actorOf(request)))) throw noSuchWebhook(id)
    messageBudget.forget(request.tenant)
    return reply.code(204).send()
  })
}

/** Throws `precondition-failed` where `If-Match` names other versions than the one that is there. */
async function checkVersion(request: FastifyRequest, id: string, database: Database): Promise<void> {
  if (request.headers['if-match'] === undefined) return
  const webhook = await readWebhook(database, request.tenant, id)
  if (webhook === null) throw noSuchWebhook(id)
  checkIfMatch(request, tagOfContent(webhookToWire(webhook)))
}

/** A tenant's own bound is 429, as all of them are; that of the service says that the webhook is one too many. */
function tooMany(own: number): ProblemError {
  if (own < MAX_WEBHOOKS) {
    return new ProblemError('too-many-requests', `the tenant may have ${own} webhooks`, { retryAfter: 60 })
  }
  return new ProblemError('invalid-webhook', `there are ${MAX_WEBHOOKS} already, and no more may be`)
}

function isId(value: unknown): value is [string] {
  return (
    Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' && /^wh_[0-9a-f-]{36}$/.test(value[0])
  )
}
