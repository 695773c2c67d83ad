import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { ping } from '../store/ping.ts'
import { ProblemError } from '../wire/problem.ts'
import { OPEN } from './auth/guard.ts'
import type { HttpDeps } from './deps.ts'
import { problems } from './openapi/schemas.ts'

const Alive = Type.Object({ status: Type.String({ examples: ['ok'] }) })

/** `GET /livez`: the process answers. `GET /readyz`: it can do its work. */
export function probeRoutes(app: FastifyInstance, { database, executor }: HttpDeps): void {
  const live = {
    operationId: 'getLiveness',
    summary: 'Is the process alive?',
    description: 'Answers as long as the event loop turns.',
    tags: ['Service'],
    security: OPEN,
    response: { 200: { ...Alive, description: 'It is.' }, ...problems() },
  }
  app.get('/livez', { schema: live, logLevel: 'warn' }, async () => ({ status: 'ok' }))

  const ready = {
    operationId: 'getReadiness',
    summary: 'Can it take work?',
    description: '200 once the migrations ran and the database answers; 503 while it does not, or while draining.',
    tags: ['Service'],
    security: OPEN,
    response: { 200: { ...Alive, description: 'It can.' }, ...problems() },
  }
  app.get('/readyz', { schema: ready, logLevel: 'warn' }, async () => {
    if (executor.isDraining) throw new ProblemError('unavailable', 'the service is shutting down', { retryAfter: 5 })
    await ping(database)
    return { status: 'ok' }
  })
}
