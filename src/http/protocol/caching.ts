import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** For what has an ETag: kept by its reader alone, and asked for again each time (RFC 9111, section 5.2.2). */
export const REVALIDATE = 'private, no-cache'

/** Answers belong to one caller and one moment: nobody keeps them, but for what a route says otherwise. */
const KEEP_NOTHING = 'no-store'

/** Says of every answer to a read whether it may be kept. */
export function sayWhatIsKept(app: FastifyInstance): void {
  app.addHook('onRequest', ({ method }, reply, done) => {
    if (method === 'GET' || method === 'HEAD') reply.header('cache-control', KEEP_NOTHING)
    done()
  })
  // Fastify answers a HEAD without a body with the length 0, which would be that of the GET (RFC 9110, section 8.6): a
  // stream has none, and what has not changed is not empty.
  app.addHook('onSend', ({ method }, _reply, payload, done) => {
    done(null, method === 'HEAD' && payload === undefined ? Readable.from([]) : payload)
  })
}

/** Adds to the request headers on which an answer depends (RFC 9110, section 12.5.5). */
export function varyBy(reply: FastifyReply, header: string): void {
  const known = reply.getHeader('vary')
  reply.header('vary', known === undefined ? header : `${String(known)}, ${header}`)
}
