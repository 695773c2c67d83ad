import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import {
  type KeyChange,
  type KeyInput,
  type KeyRotation,
  type KeyWire,
  type NewKeyWire,
  TenantName,
} from '../../wire/access.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { pageOf, problems } from '../openapi/schemas.ts'
import { IdempotencyKey, idempotencyKeyOf, tellReplayed } from '../protocol/idempotency.ts'

const createSchema = {
  operationId: 'createKey',
  summary: 'Make a key',
  description:
    'The secret is shown only here, and to a repeat with the same `Idempotency-Key`. The first key closes the service: from then on every request needs one, within 5 s on every replica.',
  tags: ['Access'],
  security: needs('admin'),
  headers: IdempotencyKey,
  body: refTo<KeyInput>('KeyInput'),
  response: { 201: { ...refTo<NewKeyWire>('NewKey'), description: 'The key.' }, ...problems(409, 413, 415, 422) },
}

const listSchema = {
  operationId: 'listKeys',
  summary: 'List keys',
  description: 'Newest first, revoked ones too. An admin of the tenant `default` sees those of all tenants.',
  tags: ['Access'],
  security: needs('admin'),
  querystring: Type.Object({
    tenant: Type.Optional(TenantName),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    cursor: Type.Optional(Type.String({ maxLength: 300, description: 'The `next_cursor` of the page before.' })),
  }),
  response: { 200: { ...pageOf<KeyWire>('Key'), description: 'A page of keys.' }, ...problems() },
}

const params = Type.Object({ id: Type.String({ description: "The key's id." }) })

const readSchema = {
  operationId: 'getKey',
  summary: 'Get a key',
  description: 'One key, without its secret.',
  tags: ['Access'],
  security: needs('admin'),
  params,
  response: { 200: { ...refTo<KeyWire>('Key'), description: 'The key.' }, ...problems(404) },
}

const revokeSchema = {
  operationId: 'revokeKey',
  summary: 'Revoke a key',
  description: 'It opens nothing any more, within 5 s on every replica. A second time changes nothing.',
  tags: ['Access'],
  security: needs('admin'),
  params,
  response: { 204: Type.Null({ description: 'It is revoked.' }), ...problems(404) },
}

const changeSchema = {
  operationId: 'changeKey',
  summary: 'Change a key',
  description: 'Its name, or when it expires. Within 5 s on every replica. A revoked key stays as it is: 404.',
  tags: ['Access'],
  security: needs('admin'),
  params,
  body: refTo<KeyChange>('KeyChange'),
  response: {
    200: { ...refTo<KeyWire>('Key'), description: 'The key as it is now.' },
    ...problems(404, 413, 415, 422),
  },
}

const rotateSchema = {
  operationId: 'rotateKey',
  summary: "Rotate a key's secret",
  description:
    'The key keeps its id and gets a new secret, shown only here. The old one holds for `overlap_seconds`. A revoked key gets none: 404.',
  tags: ['Access'],
  security: needs('admin'),
  params,
  headers: IdempotencyKey,
  body: refTo<KeyRotation>('KeyRotation'),
  response: {
    200: { ...refTo<NewKeyWire>('NewKey'), description: 'The key and its new secret.' },
    ...problems(404, 409, 413, 415, 422),
  },
}

type ListQuery = { tenant?: string; limit?: number; cursor?: string }
type OneRoute = { Params: { id: string } }

/** `/v1/keys` and `/v1/keys/{id}`. */
export function keyRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  const { keys } = service
  app.post('/keys', { schema: createSchema }, async (request, reply) => {
    const { caller, body: input } = request
    const { answer, replayed } = await keys.create(caller, { input, idempotencyKey: idempotencyKeyOf(request) })
    tellReplayed(reply, replayed).header('location', `/v1/keys/${answer.id}`).header('cache-control', 'no-store')
    return reply.code(201).send(answer)
  })

  app.get<{ Querystring: ListQuery }>('/keys', { schema: listSchema }, async ({ caller, query }) =>
    keys.list(caller, query),
  )

  app.get<OneRoute>('/keys/:id', { schema: readSchema }, async ({ caller, params }) => keys.read(caller, params.id))

  app.delete<OneRoute>('/keys/:id', { schema: revokeSchema }, async (request, reply) => {
    await keys.revoke(request.caller, request.params.id)
    return reply.code(204).send()
  })
}

/** `PATCH /v1/keys/{id}` and `POST /v1/keys/{id}/rotate`. */
export function keyChangeRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  const { keys } = service
  app.patch<OneRoute>('/keys/:id', { schema: changeSchema }, async ({ caller, params: { id }, body: input }) =>
    keys.change(caller, { id, input }),
  )

  const config = { bodyOptional: true } as const
  app.post<OneRoute>('/keys/:id/rotate', { schema: rotateSchema, config }, async (request, reply) => {
    const asked = { id: request.params.id, input: request.body, idempotencyKey: idempotencyKeyOf(request) }
    const { answer, replayed } = await keys.rotate(request.caller, asked)
    return tellReplayed(reply, replayed).header('cache-control', 'no-store').send(answer)
  })
}
