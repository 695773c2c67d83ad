import type { FastifyInstance } from 'fastify'

/** An empty header says nothing, so it counts as left out: a `Last-Event-ID` of an EventSource that saw no event yet. */
export function dropEmptyHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
    for (const name in headers) if (headers[name] === '') delete headers[name]
    done()
  })
}
