import type { FastifyInstance } from 'fastify'
import { serverVersion } from '../../store/ping.ts'
import { SCOPES } from '../../wire/access.ts'
import { timestamp } from '../../wire/jobView.ts'
import { refTo } from '../../wire/ref.ts'
import type { MeWire } from '../../wire/session.ts'
import { ANY_SCOPE } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { API_VERSION } from '../openapi/describe.ts'
import { problems } from '../openapi/schemas.ts'

const schema = {
  operationId: 'getMe',
  summary: 'Who am I?',
  description: 'What the key that asks may do, and which versions answer. Any key may ask.',
  tags: ['Access'],
  security: ANY_SCOPE,
  response: { 200: { ...refTo<MeWire>('Me'), description: 'Who asks, and whom.' }, ...problems() },
}

/** `GET /v1/me`. */
export function meRoute(app: FastifyInstance, { database, executor }: HttpDeps): void {
  app.get(
    '/me',
    { schema },
    async ({ caller, tenant }): Promise<MeWire> => ({
      tenant,
      scopes: [...(caller?.scopes ?? SCOPES)],
      tags: [...(caller?.tags ?? [])],
      key: caller?.keyId ?? null,
      open: caller === null,
      version: API_VERSION,
      node: process.versions.node,
      postgres: await serverVersion(database),
      time: timestamp(executor.now()),
    }),
  )
}
