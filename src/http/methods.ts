import type { FastifyInstance, HTTPMethods, RouteOptions } from 'fastify'
import { ProblemError } from '../wire/problem.ts'

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Answers 405 with `Allow` (RFC 9110, section 15.5.6) for what a known path does not do. Call before the routes are
 * registered; what it returns, after all of them.
 */
export function collectMethods(app: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ method, url }: RouteOptions) => {
    const methods = known.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    known.set(url, methods)
  })
  return () => {
    for (const [url, methods] of [...known]) refuseOthers(app, url, [...methods])
  }
}

function refuseOthers(app: FastifyInstance, url: string, allowed: readonly string[]): void {
  const allow = [...new Set([...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])])].sort().join(', ')
  app.route({
    method: METHODS.filter((method) => !allow.split(', ').includes(method)),
    url,
    schema: { hide: true },
    onRequest: async (request, reply) => {
      reply.header('allow', allow)
      throw new ProblemError('method-not-allowed', `${request.method} is not allowed here; ${allow} are`)
    },
    handler: () => undefined,
  })
}
