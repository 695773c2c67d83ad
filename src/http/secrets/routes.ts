import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { refTo } from '../../wire/ref.ts'
import { SECRET_NAME_PATTERN } from '../../wire/patterns.ts'
import type { SecretInput, SecretWire } from '../../wire/secret.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { PageQuery, pageOf, problems } from '../openapi/schemas.ts'

const params = Type.Object({
  name: Type.String({ pattern: SECRET_NAME_PATTERN, description: "The secret's name.", examples: ['PAYMENT_KEY'] }),
})
const reading = { tags: ['Secrets'], security: needs('secrets:read') }
const writing = { tags: ['Secrets'], security: needs('secrets:write') }
const aSecret = (description: string) => ({ ...refTo<SecretWire>('Secret'), description })

const putSchema = {
  ...writing,
  operationId: 'putSecret',
  summary: 'Write a secret',
  description:
    'Definitions name it by `{% secrets.NAME %}`, where a block takes secrets. The value is sealed under `SECRETS_KEY` and never given back.',
  params,
  body: refTo<SecretInput>('SecretInput'),
  response: {
    200: aSecret('The secret, with another value.'),
    201: aSecret('A new secret.'),
    ...problems(409, 413, 415, 422),
  },
}

const getSchema = {
  ...reading,
  operationId: 'getSecret',
  summary: 'Get a secret, without its value',
  description: 'Where it may be used and sent, and when it was.',
  params,
  response: { 200: aSecret('The secret.'), ...problems(404) },
}

const listSchema = {
  ...reading,
  operationId: 'listSecrets',
  summary: 'List secrets',
  description: 'In order of names, without their values.',
  querystring: PageQuery,
  response: { 200: { ...pageOf<SecretWire>('Secret'), description: 'A page of secrets.' }, ...problems() },
}

const removeSchema = {
  ...writing,
  operationId: 'deleteSecret',
  summary: 'Delete a secret',
  description: 'Steps that name it fail with `SecretMissing`, new jobs with `FORBIDDEN_SECRET`.',
  params,
  response: { 204: Type.Null({ description: 'It is gone.' }), ...problems(404) },
}

type OneRoute = { Params: { name: string } }
type ListRoute = { Querystring: { limit?: number; cursor?: string } }

/** `/v1/secrets` and below. */
export function secretRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  const { secrets } = service
  app.put<OneRoute>(
    '/secrets/:name',
    { schema: putSchema },
    async ({ caller, params: { name }, body: given }, reply) => {
      const { created, secret } = await secrets.put(caller, { name, given })
      return reply
        .code(created ? 201 : 200)
        .header('location', `/v1/secrets/${name}`)
        .send(secret)
    },
  )

  app.get<ListRoute>('/secrets', { schema: listSchema }, async ({ caller, query }) => secrets.list(caller, query))

  app.get<OneRoute>('/secrets/:name', { schema: getSchema }, async ({ caller, params: { name } }) =>
    secrets.read(caller, name),
  )

  app.delete<OneRoute>('/secrets/:name', { schema: removeSchema }, async ({ caller, params: { name } }, reply) => {
    await secrets.remove(caller, name)
    return reply.code(204).send()
  })
}
