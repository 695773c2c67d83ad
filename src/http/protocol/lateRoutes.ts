import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { NO_OTHER_COMPILERS } from './validation.ts'

/** About one connection, or the server that made them: the outer answer has its own. */
const OF_CONNECTION: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date'])

/**
 * A handler of routes whose answers come from an instance of its own, which is put together at the first request: what
 * few processes are asked for, the others never load. What it has not is a 404 of the service's.
 *
 * @param register puts the routes, by the same paths, into the instance
 */
export function answerLate(app: FastifyInstance, register: (inner: FastifyInstance) => Promise<void>) {
  let opened: Promise<FastifyInstance> | null = null
  const open = async (): Promise<FastifyInstance> => {
    const inner = Fastify({ logger: false, schemaController: NO_OTHER_COMPILERS })
    inner.setSerializerCompiler(() => JSON.stringify)
    await register(inner)
    await inner.ready()
    return inner
  }
  app.addHook('onClose', async () => {
    const inner = await opened?.catch(() => null)
    await inner?.close()
  })
  return async ({ method, url, headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> => {
    opened ??= open().catch((error: unknown) => {
      opened = null
      throw error
    })
    const inner = await opened
    const isHead = method === 'HEAD'
    const answer = await inner.inject({ method: isHead ? 'HEAD' : 'GET', url, headers })
    if (answer.statusCode === 404 || answer.statusCode === 403) return reply.callNotFound()
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined && !OF_CONNECTION.has(name)) reply.header(name, value)
    }
    return reply.code(answer.statusCode).send(isHead ? undefined : answer.rawPayload)
  }
}
