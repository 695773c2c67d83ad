import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { HttpDeps } from '../deps.ts'

/** What is smaller fits into the buffers of a connection or two, and is nobody's burden. */
const LARGE = 256 * 1024

/**
 * Sends answers of megabytes in pieces, as they are read: within the bound of their tenant, and not for ever. Large
 * values of steps are read from where they are stored while the answer is sent.
 */
export function sendLargeAnswers(
  app: FastifyInstance,
  { answers, service }: Pick<HttpDeps, 'answers' | 'service'>,
): void {
  app.addHook('onSend', ({ caller, method }, reply, payload, done) => {
    if (typeof payload !== 'string') return done(null, payload)
    const later = service.answerLater(caller, payload)
    if (later === null && (payload.length < LARGE || method === 'HEAD')) return done(null, payload)
    const bytes = later?.bytes ?? Buffer.byteLength(payload)
    try {
      const answer = later ?? { bytes, pieces: [payload] }
      const stream = method === 'HEAD' ? Readable.from([]) : answers.send(caller.tenant, answer)
      reply.header('content-length', bytes)
      done(null, stream)
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
    }
  })
}
