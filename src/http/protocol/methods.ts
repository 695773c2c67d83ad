import type { FastifyInstance, FastifyRequest, HTTPMethods, RouteOptions } from 'fastify'
import { ProblemError } from '../../wire/problem.ts'
import { NO_KEY_ASKED } from '../auth/guard.ts'

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY']

/** Whether this service has heard of a method at all; of others it says 501 (RFC 9110, section 15.6.2). */
export function isKnownMethod(method: string): boolean {
  return METHODS.includes(method)
}

/** Whether a request is about the whole server, no path of it: `OPTIONS *` (RFC 9110, section 9.3.7). */
export function asksOfAll({ method, url }: FastifyRequest): boolean {
  return method === 'OPTIONS' && url === '*'
}

/**
 * Answers 405 with `Allow` (RFC 9110, section 15.5.6) for what a known path does not do. Call before the routes are
 * registered; what it returns, after all of them.
 */
export function collectMethods(app: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ method, url }: RouteOptions) => {
    if (url === '*') return // of the CORS plugin: a preflight for any path, which makes none of them known
    const methods = known.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    known.set(url, methods)
  })
  return () => {
    const routes = [...known]
    for (const [url] of routes) {
      const answering = routes.filter(([pattern]) => covers(pattern, url))
      refuseOthers(
        app,
        url,
        answering.flatMap(([, methods]) => [...methods]),
      )
    }
  }
}

/** Whether a request for a route's path may be another's too: a job may have the id `validate`. */
function covers(pattern: string, url: string): boolean {
  const parts = url.split('/')
  const wanted = pattern.split('/')
  return wanted.length === parts.length && wanted.every((part, i) => part === parts[i] || part.startsWith(':'))
}

function refuseOthers(app: FastifyInstance, url: string, allowed: readonly string[]): void {
  const allow = [...new Set([...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])])].sort().join(', ')
  app.route({
    method: METHODS.filter((method) => !allow.split(', ').includes(method)),
    url,
    schema: { hide: true, security: NO_KEY_ASKED },
    onRequest: async (request, reply) => {
      if (asksOfAll(request)) return reply.code(204).send()
      reply.header('allow', allow)
      throw new ProblemError('method-not-allowed', `${request.method} is not allowed here; ${allow} are`)
    },
    handler: () => undefined,
  })
}
