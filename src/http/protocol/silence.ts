import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Ends at the close connections on which nothing was ever said, such as browsers and balancers open in advance. Node counts
 * them as requests that are on their way, and waits for them.
 */
export function closeSilentConnections(app: FastifyInstance): void {
  const open = new Set<Socket>()
  app.server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  app.addHook('preClose', (done) => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
    done()
  })
}
