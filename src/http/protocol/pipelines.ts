import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { HttpDeps } from '../deps.ts'

/** Of one connection so many requests are answered at once: more gains nothing, since answers leave in order. */
const AT_ONCE = 8

/** Behind them so many may wait, which is more than any client of good will sends ahead. */
export const MAX_WAITING = 256

/** The requests that came on a connection and are not answered yet. */
type Line = { inHand: number; readonly waiting: (() => void)[] }

/**
 * Keeps one connection from having everything made at once that it can ask for in one packet (RFC 9112, section 9.3.2): a
 * thousand answers, of which a client that reads none leaves all in memory. Whoever sends more ahead than can wait is cut off.
 */
export function boundPipelines(app: FastifyInstance, { isDraining }: Pick<HttpDeps, 'isDraining'>): void {
  const lines = new WeakMap<Socket, Line>()
  app.addHook('onRequest', ({ raw: { socket } }, _reply, done) => {
    const line = lines.get(socket)
    if (line === undefined) lines.set(socket, { inHand: 1, waiting: [] })
    else if (line.inHand < AT_ONCE) line.inHand++
    else if (line.waiting.length < MAX_WAITING) {
      line.waiting.push(done)
      return
    } else {
      socket.destroy()
      return
    }
    done()
  })
  app.addHook('onResponse', ({ raw: { socket } }, _reply, done) => {
    const line = lines.get(socket)
    const next = line?.waiting.shift()
    // What has not begun is not begun in a drain: its client asks again elsewhere.
    if (next !== undefined && isDraining()) socket.destroySoon()
    else if (next !== undefined) next()
    else if (line !== undefined) line.inHand--
    done()
  })
}
