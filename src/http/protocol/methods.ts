import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { ProblemError } from '../../wire/problem.ts'

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY']

/** Whether this service has heard of a method at all; of others it says 501 (RFC 9110, section 15.6.2). */
export function isKnownMethod(method: string): boolean {
  return METHODS.includes(method)
}

/** Whether a request is about the whole server, no path of it: `OPTIONS *` (RFC 9110, section 9.3.7). */
export function asksOfAll({ method, url }: FastifyRequest): boolean {
  return method === 'OPTIONS' && url === '*'
}

/** Gives the methods that a path answers to, as `Allow` lists them; empty: there is no such path. */
export type AllowedMethods = (path: string) => string

/** Notes what each path does. Call before the routes are registered, and use what it gives after them. */
export function collectMethods(app: FastifyInstance): AllowedMethods {
  const known = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ method, url }: RouteOptions) => {
    if (url === '*') return // of the CORS plugin: a preflight for any path, which makes none of them known
    const methods = known.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    known.set(url, methods)
  })
  return (path) => {
    const methods = [...known].flatMap(([pattern, does]) => (covers(pattern, path) ? [...does] : []))
    return [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : [])])].sort().join(', ')
  }
}

/** Whether a path is one of a route: a job may have the id `validate`. */
function covers(pattern: string, path: string): boolean {
  const parts = path.split('/')
  const wanted = pattern.split('/')
  const isOpen = wanted.at(-1) === '*'
  if (isOpen ? parts.length < wanted.length : parts.length !== wanted.length) return false
  return wanted.every((part, i) => part === parts[i] || part.startsWith(':') || (isOpen && i === wanted.length - 1))
}

/**
 * Answers 405 with `Allow` (RFC 9110, section 15.5.6) for what a known path does not do, before a body is read. It looks
 * when no route was found: a route for each method that a path lacks would be 400 more of them. Call after all other hooks.
 */
export function refuseOtherMethods(app: FastifyInstance, allowed: AllowedMethods): void {
  app.addHook('onRequest', (request, reply, done) => {
    done((request.is404 ? refusalOf(request, reply, allowed) : null) ?? undefined)
  })
}

/** The problem of a method that a path does not know, with its header; null: the path is not known, or does that. */
function refusalOf({ method, url }: FastifyRequest, reply: FastifyReply, allowed: AllowedMethods): ProblemError | null {
  const [path = ''] = url.split('?', 1)
  const allow = allowed(decoded(path))
  if (allow === '' || !isKnownMethod(method) || allow.split(', ').includes(method)) return null
  reply.header('allow', allow)
  return new ProblemError('method-not-allowed', `${method} is not allowed here; ${allow} are`)
}

/** As routes are found: what can't be decoded is no path. */
function decoded(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return ''
  }
}
