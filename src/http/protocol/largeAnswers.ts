import type { FastifyInstance } from 'fastify'
import type { UnsentAnswers } from '../../access/unsentAnswers.ts'

/** What is smaller fits into the buffers of a connection or two, and is nobody's burden. */
const LARGE = 256 * 1024

/** Sends answers of megabytes in pieces, as they are read: within the bound of their tenant, and not for ever. */
export function sendLargeAnswers(app: FastifyInstance, answers: UnsentAnswers): void {
  app.addHook('onSend', ({ caller, method }, reply, payload, done) => {
    if (typeof payload !== 'string' || payload.length < LARGE || method === 'HEAD') return done(null, payload)
    const bytes = Buffer.from(payload)
    try {
      const stream = answers.send(caller.tenant, bytes)
      reply.header('content-length', bytes.length)
      done(null, stream)
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
    }
  })
}
