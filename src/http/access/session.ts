import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { ProblemError } from '../../wire/problem.ts'
import { refTo } from '../../wire/ref.ts'
import { parseSessionInput, type SessionInput } from '../../wire/session.ts'
import { KEY_REFUSED, NO_KEY_ASKED } from '../auth/guard.ts'
import { checkSessionHeader, sessionCookie } from '../auth/session.ts'
import type { HttpDeps } from '../deps.ts'
import { problems } from '../openapi/schemas.ts'

const beginSchema = {
  operationId: 'beginSession',
  summary: 'Sign in with a key',
  description:
    'For pages in a browser: sets the cookie `conduit_session`, which stands for the key for twelve hours, or as long as the key is good. What changes something needs the header `X-Conduit-Session: 1` beside it.',
  tags: ['Access'],
  security: NO_KEY_ASKED,
  body: refTo<SessionInput>('SessionInput'),
  response: { 204: Type.Null({ description: 'Signed in.' }), ...problems(401, 403, 413, 415, 422) },
}

const endSchema = {
  operationId: 'endSession',
  summary: 'Sign out',
  description: 'Takes the cookie back. A copy of it ends with its time or its key.',
  tags: ['Access'],
  security: NO_KEY_ASKED,
  response: { 204: Type.Null({ description: 'Signed out.' }), ...problems(403) },
}

/** `/v1/session`. */
export function sessionRoutes(app: FastifyInstance, { keyring, sessions, now }: HttpDeps): void {
  app.post('/session', { schema: beginSchema }, async (request, reply) => {
    const identity = await keyring.identify(parseSessionInput(request.body).key)
    if (typeof identity === 'string') throw new ProblemError('unauthorized', KEY_REFUSED[identity])
    if (identity === null) throw new ProblemError('unauthorized', 'this service has no keys, and asks for none')
    return reply.code(204).header('set-cookie', sessions.begin(identity.keyId, now())).send()
  })

  app.delete('/session', { schema: endSchema }, async (request, reply) => {
    if (sessionCookie(request) !== null) checkSessionHeader(request)
    return reply.code(204).header('set-cookie', sessions.end()).send()
  })
}
