import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { makeKey } from '../../access/keyText.ts'
import {
  changeKey,
  insertKey,
  type KeyCursor,
  listKeys,
  readKeyRow,
  revokeKey,
  rotateKey,
  type StoredKey,
} from '../../store/access/keys.ts'
import {
  expiryAsked,
  type KeyChange,
  type KeyInput,
  type KeyRotation,
  type KeyWire,
  type NewKeyWire,
  overlapAsked,
  parseKeyChange,
  parseKeyInput,
  TenantName,
} from '../../wire/access.ts'
import { ProblemError } from '../../wire/problem.ts'
import { refTo } from '../../wire/ref.ts'
import { actorOf, needs, realmOf } from '../auth/guard.ts'
import { isMoment, readCursor, writeCursor } from '../protocol/cursor.ts'
import type { HttpDeps } from '../deps.ts'
import { pageOf, problems } from '../openapi/schemas.ts'

const createSchema = {
  operationId: 'createKey',
  summary: 'Make a key',
  description:
    'The secret is shown only here. The first key closes the service: from then on every request needs one, within 5 s on every replica.',
  tags: ['Access'],
  security: needs('admin'),
  body: refTo<KeyInput>('KeyInput'),
  response: { 201: { ...refTo<NewKeyWire>('NewKey'), description: 'The key.' }, ...problems(413, 415, 422) },
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
  description: 'Its name, or when it expires. Within 5 s on every replica.',
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
  description: 'The key keeps its id and gets a new secret, shown only here. The old one holds for `overlap_seconds`.',
  tags: ['Access'],
  security: needs('admin'),
  params,
  body: refTo<KeyRotation>('KeyRotation'),
  response: {
    200: { ...refTo<NewKeyWire>('NewKey'), description: 'The key and its new secret.' },
    ...problems(404, 413, 415, 422),
  },
}

type ListQuery = { tenant?: string; limit?: number; cursor?: string }
type OneRoute = { Params: { id: string } }

/** `/v1/keys` and `/v1/keys/{id}`. */
export function keyRoutes(app: FastifyInstance, { database, keyring, executor }: HttpDeps): void {
  app.post('/keys', { schema: createSchema }, async (request, reply) => {
    const input = parseKeyInput(request.body)
    const { name, scopes, tags = [], tenant = request.tenant, definitions = null } = input
    const expiresAt = expiryAsked(input.expires_at, executor.now()) ?? null
    const realm = realmOf(request)
    if (realm !== null && tenant !== realm) throw new ProblemError('forbidden', `the key may not act for ${tenant}`)
    if (realm !== null && scopes.includes('metrics')) {
      throw new ProblemError(
        'forbidden',
        'metrics tell of all tenants: only an admin of the tenant default gives that scope',
      )
    }
    const { text, id, secretHash } = makeKey()
    const distinct = { scopes: [...new Set(scopes)], tags: [...new Set(tags)] }
    const given = { id, tenant, name, ...distinct, definitions, expires_at: expiresAt, secretHash }
    const stored = await insertKey(database, given, actorOf(request))
    await keyring.look()
    return reply
      .code(201)
      .header('location', `/v1/keys/${id}`)
      .header('cache-control', 'no-store')
      .send({ ...keyToWire(stored), secret: text })
  })

  app.get<{ Querystring: ListQuery }>('/keys', { schema: listSchema }, async (request) => {
    const { limit = 50, cursor, tenant = null } = request.query
    const after = cursor === undefined ? null : readPosition(cursor)
    const rows = await listKeys(database, realmOf(request) ?? tenant, limit + 1, after)
    const page = rows.slice(0, limit)
    const last = rows.length > limit ? page.at(-1) : undefined
    return {
      data: page.map(keyToWire),
      next_cursor: last === undefined ? null : writeCursor([last.created_at, last.id]),
    }
  })

  app.get<OneRoute>('/keys/:id', { schema: readSchema }, async (request) => {
    const id = checkKeyId(request.params.id)
    const row = await readKeyRow(database, id, realmOf(request))
    if (row === null) throw noSuchKey(id)
    return keyToWire(row)
  })

  app.delete<OneRoute>('/keys/:id', { schema: revokeSchema }, async (request, reply) => {
    const id = checkKeyId(request.params.id)
    if (!(await revokeKey(database, id, realmOf(request), actorOf(request)))) throw noSuchKey(id)
    keyring.forget(id)
    return reply.code(204).send()
  })
}

/** `PATCH /v1/keys/{id}` and `POST /v1/keys/{id}/rotate`. */
export function keyChangeRoutes(app: FastifyInstance, { database, keyring, executor }: HttpDeps): void {
  app.patch<OneRoute>('/keys/:id', { schema: changeSchema }, async (request) => {
    const id = checkKeyId(request.params.id)
    const { name, expires_at } = parseKeyChange(request.body)
    const change = { name, expiresAt: expiryAsked(expires_at, executor.now()) }
    const row = await changeKey(database, id, realmOf(request), change, actorOf(request))
    if (row === null) throw noSuchKey(id)
    keyring.forget(id)
    return keyToWire(row)
  })

  const config = { bodyOptional: true } as const
  app.post<OneRoute>('/keys/:id/rotate', { schema: rotateSchema, config }, async (request, reply) => {
    const id = checkKeyId(request.params.id)
    const overlapSeconds = overlapAsked(request.body)
    const { text, secretHash } = makeKey(id)
    const row = await rotateKey(database, id, realmOf(request), { secretHash, overlapSeconds }, actorOf(request))
    if (row === null) throw noSuchKey(id)
    keyring.forget(id)
    return reply.header('cache-control', 'no-store').send({ ...keyToWire(row), secret: text })
  })
}

function noSuchKey(id: string): ProblemError {
  return new ProblemError('not-found', `there is no key ${id.slice(0, 100)}`)
}

/** Throws `not-found` for what can't be a key's id at all, before the database is asked. */
function checkKeyId(id: string): string {
  if (!/^[1-9A-HJ-NP-Za-km-z]{1,16}$/.test(id)) throw noSuchKey(id)
  return id
}

function readPosition(cursor: string): KeyCursor {
  const [createdAt, id] = readCursor(cursor, isCursor)
  return { createdAt, id }
}

function isCursor(value: unknown): value is [number, string] {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [createdAt, id] = value as unknown[]
  return isMoment(createdAt) && typeof id === 'string' && /^[1-9A-HJ-NP-Za-km-z]{1,16}$/.test(id)
}

function keyToWire(row: StoredKey): KeyWire {
  const moment = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  const { id, name, tenant, scopes, tags, definitions } = row
  return {
    id,
    name,
    tenant,
    scopes: [...scopes],
    tags: [...tags],
    definitions: definitions === null ? null : [...definitions],
    expires_at: moment(row.expires_at),
    created_at: new Date(row.created_at).toISOString(),
    last_used_at: moment(row.last_used_at),
    revoked_at: moment(row.revoked_at),
  }
}
