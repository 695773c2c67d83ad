import type { FastifyInstance } from 'fastify'
import { VERSION } from '../../version.ts'
import { refTo } from '../../wire/ref.ts'
import type { MeWire } from '../../wire/session.ts'
import { ANY_SCOPE } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
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
export function meRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.get('/me', { schema }, async ({ caller }) => ({ ...(await service.me.read(caller)), version: VERSION }))
}
