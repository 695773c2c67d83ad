import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { NO_KEY_ASKED } from './auth/guard.ts'
import type { HttpDeps } from './deps.ts'
import { problems } from './openapi/schemas.ts'

const Alive = Type.Object({ status: Type.String({ examples: ['ok'] }) })

/** `GET /livez`: the process answers. `GET /readyz`: it can do its work. */
export function probeRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  const live = {
    operationId: 'getLiveness',
    summary: 'Is the process alive?',
    description: 'Answers as long as the event loop turns.',
    tags: ['Service'],
    security: NO_KEY_ASKED,
    response: { 200: { ...Alive, description: 'It is.' }, ...problems() },
  }
  app.get('/livez', { schema: live, logLevel: 'warn' }, async () => ({ status: 'ok' }))

  const ready = {
    operationId: 'getReadiness',
    summary: 'Can it take work?',
    description: '200 once the migrations ran and the database answers; 503 while it does not, or while draining.',
    tags: ['Service'],
    security: NO_KEY_ASKED,
    response: { 200: { ...Alive, description: 'It can.' }, ...problems() },
  }
  app.get('/readyz', { schema: ready, logLevel: 'warn' }, async () => {
    await service.checkReadiness()
    return { status: 'ok' }
  })
}
