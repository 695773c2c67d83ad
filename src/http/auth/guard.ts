import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Caller } from '../../access/keyring.ts'
import { DEFAULT_TENANT, type Scope } from '../../wire/access.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { HttpDeps } from '../deps.ts'
import { problem } from '../openapi/schemas.ts'
import { admitByToken, bringsToken } from './tokens.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose jobs this request may see. */
    tenant: string
    /** Who asks; null: the service has no keys. */
    caller: Caller | null
  }
  interface FastifySchema {
    /** Which scope a route needs, as it stands in the OpenAPI document. */
    security?: readonly Readonly<Record<string, readonly string[]>>[]
  }
  interface FastifyContextConfig {
    /** What a key must hold for this route; null: the route is open to all. */
    scope?: Scope | null
  }
}

/** The name under which the OpenAPI document describes keys. */
export const KEY_SCHEME = 'key'

/** Stands in the schema of each route: `security: needs('jobs:read')`. */
export function needs(scope: Scope): [Record<string, string[]>] {
  return [{ [KEY_SCHEME]: [scope] }]
}

/** Stands in the schema of each route that asks nobody for a key. */
export const OPEN: [] = []

/** Who a caller without a key is; also the maker of tokens from before there were keys. */
const ANONYMOUS = 'anonymous'

/** The pages of the documentation are registered by a plugin, which knows nothing of keys. */
const DOCS = /^\/docs(\/|$)/

/**
 * Asks each request for a key that holds the scope its route names, or for a token of the very job, which counts as long
 * as the key that made it. A route that says nothing about it is a mistake of ours, and the service does not start.
 */
export function guardRoutes(app: FastifyInstance, { keyring, tokens, executor }: HttpDeps): void {
  app.decorateRequest('tenant', DEFAULT_TENANT)
  app.decorateRequest('caller', null)
  app.addHook('onRoute', (route) => {
    const scope = scopeOf(route)
    route.config = { ...route.config, scope }
    if (scope === null || route.schema === undefined) return
    Object.assign(route.schema.response ?? {}, { 401: problem(401), 403: problem(403) })
  })
  app.addHook('onRequest', (request, reply, done) => {
    const { scope = null } = request.routeOptions.config
    const free = scope === null || request.is404 || (keyring.isOpenNow && !bringsToken(request))
    if (free) done()
    else void identify(request, reply, scope).then(() => done(), done)
  })
  const identify = async (request: FastifyRequest, reply: FastifyReply, scope: Scope): Promise<void> => {
    const byToken = await admitByToken(request, reply, tokens, () => executor.now())
    const caller = byToken ?? (await keyring.identify(bearer(request)))
    if (caller === null) return
    if (byToken !== null && byToken.keyId !== ANONYMOUS && !(await keyring.isGood(byToken.keyId))) {
      reply.header('www-authenticate', 'Bearer realm="conduit", error="invalid_token"')
      throw new ProblemError('unauthorized', 'the key that made this token was revoked')
    }
    if (caller === 'unknown') throw unauthorized(request, reply)
    if (!caller.scopes.has(scope)) throw outOfScope(scope, reply)
    request.caller = caller
    request.tenant = caller.tenant
  }
}

function scopeOf({ method, url, schema }: RouteOptions): Scope | null {
  const security = schema?.security
  if (security !== undefined) return (security.find((one) => KEY_SCHEME in one)?.[KEY_SCHEME]?.[0] as Scope) ?? null
  if (DOCS.test(url)) return null
  throw new Error(`${String(method)} ${url} does not say which scope it needs: put security: needs(…) into its schema`)
}

/** What an `Authorization: Bearer …` brings (RFC 6750); null without one. */
function bearer({ headers: { authorization } }: FastifyRequest): string | null {
  if (authorization === undefined) return null
  const [scheme = '', text = ''] = authorization.split(' ', 2)
  return scheme.toLowerCase() === 'bearer' && text !== '' ? text : null
}

function unauthorized(request: FastifyRequest, reply: FastifyReply): ProblemError {
  const missing = request.headers.authorization === undefined
  reply.header('www-authenticate', `Bearer realm="conduit"${missing ? '' : ', error="invalid_token"'}`)
  return new ProblemError('unauthorized', missing ? 'send Authorization: Bearer cdt_…' : 'the key is not known here')
}

function outOfScope(scope: Scope, reply: FastifyReply): ProblemError {
  reply.header('www-authenticate', `Bearer realm="conduit", error="insufficient_scope", scope="${scope}"`)
  return new ProblemError('forbidden', `the key does not hold the scope ${scope}`)
}

/** Refuses a job that asks for tags which its key does not hold: 403, naming the first. */
export function checkTags({ caller }: FastifyRequest, tags: readonly string[]): void {
  if (caller === null) return
  const missing = tags.find((tag) => !caller.tags.has(tag))
  if (missing !== undefined) throw new ProblemError('forbidden', `the key does not hold the tag ${missing}`)
}

/** Who did it, for the audit log. */
export function actorOf({ caller }: FastifyRequest): string {
  return caller?.keyId ?? ANONYMOUS
}

/**
 * Whose things an admin may manage: null for those of all tenants, which only the operator may, whose keys belong to
 * the tenant `default`; an admin of another tenant manages that one's alone.
 */
export function realmOf({ caller }: FastifyRequest): string | null {
  return caller === null || caller.tenant === DEFAULT_TENANT ? null : caller.tenant
}
