import accepts from '@fastify/accepts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from '../../wire/problem.ts'
import { varyBy } from './caching.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route gives a stream of events, too. */
    streams?: true
  }
}

/** A parameter in `Accept` must be met, and JSON needs none: `charset=utf-8` is what clients write all the same. */
const JSON_TYPES = ['application/json', 'application/json; charset=utf-8', 'application/problem+json']
const STREAM_TYPES = ['text/event-stream', 'text/event-stream; charset=utf-8']

/**
 * Refuses with 406 what can't be answered as the client takes it (RFC 9110, section 12.5.1): in JSON, and where the route
 * says `streams` as a stream of events. Problems are told as `application/problem+json` either way.
 */
export async function answerAcceptably(app: FastifyInstance): Promise<void> {
  await app.register(accepts)
  app.addHook('onRequest', (request, reply, done) => {
    const { accept } = request.headers
    const { streams = false } = request.routeOptions.config
    if (streams) varyBy(reply, 'accept')
    if (accept === undefined || accept === '*/*' || accept === 'application/json') return done()
    const acceptable = request.accepts().type(streams ? [...JSON_TYPES, ...STREAM_TYPES] : JSON_TYPES) !== false
    const only = streams ? EITHER : 'application/json'
    done(acceptable ? undefined : new ProblemError('not-acceptable', `this is only given as ${only}`))
  })
}

const EITHER = 'application/json or text/event-stream'

/** Whether the client would rather have a stream of events than JSON. */
export function prefersStream(request: FastifyRequest): boolean {
  const { accept } = request.headers
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return false
  const preferred = request.accepts().type([...JSON_TYPES, ...STREAM_TYPES])
  return typeof preferred === 'string' && STREAM_TYPES.includes(preferred)
}
