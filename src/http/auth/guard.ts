import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Identity, Keyring } from '../../access/keyring.ts'
import { ANONYMOUS, type Caller, OPERATOR, outOfScope } from '../../service/caller.ts'
import type { Scope } from '../../wire/access.ts'
import { NO_LIMITS } from '../../wire/limits.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { HttpDeps } from '../deps.ts'
import { problemResponse } from '../problemSchema.ts'
import { admitBySession } from './session.ts'
import { admitByToken, bringsToken } from './tokens.ts'

declare module 'fastify' {
  interface FastifySchema {
    /** Which scope a route needs, as it stands in the OpenAPI document. */
    security?: readonly Readonly<Record<string, readonly string[]>>[]
  }
  interface FastifyContextConfig {
    /** What a key must hold for this route; null: the route is open to all. */
    scope?: Scope | 'any' | null
    /** What does as well. */
    orElse?: readonly Scope[]
  }
}

/** The name under which the OpenAPI document describes keys. */
export const KEY_SCHEME = 'key'

/** Stands in the schema of each route: `security: needs('jobs:read')`; any of several will do. */
export function needs(scope: Scope, ...orElse: readonly Scope[]): Record<string, string[]>[] {
  return [scope, ...orElse].map((one) => ({ [KEY_SCHEME]: [one] }))
}

/** Stands in the schema of each route that any key opens. */
export const ANY_SCOPE: [Record<string, string[]>] = [{ [KEY_SCHEME]: [] }]

/** Why a key opens nothing, in words for who holds it. */
export const KEY_REFUSED = { unknown: 'the key is not known here', expired: 'the key has expired' } as const

/** Stands in the schema of each route that asks nobody for a key. */
export const NO_KEY_ASKED: [] = []

/**
 * Asks each request for a key that holds the scope its route names, or for a token of the very job, which counts as long
 * as the key that made it. A route that says nothing about it is a mistake of ours, and the service does not start.
 */
export function guardRoutes(app: FastifyInstance, { keyring, tokens, sessions, now }: HttpDeps): void {
  app.decorateRequest('caller')
  app.addHook('onRoute', (route) => {
    const scope = scopeOf(route)
    route.config = { ...route.config, scope, orElse: scopesOf(route).slice(1) }
    if (scope === null || route.schema === undefined) return
    Object.assign(route.schema.response ?? {}, { 401: problemResponse(401), 403: problemResponse(403) })
  })
  app.addHook('onRequest', (request, reply, done) => {
    request.caller = OPERATOR
    const { scope = null, orElse = [] } = request.routeOptions.config
    const free = scope === null || request.is404 || (keyring.isOpenNow && !bringsToken(request))
    if (free) done()
    else void identify(request, reply, scope, orElse).then(() => done(), done)
  })
  const identify = async (
    request: FastifyRequest,
    reply: FastifyReply,
    scope: Scope | 'any',
    orElse: readonly Scope[],
  ): Promise<void> => {
    const byToken = await admitByToken(request, reply, tokens, now)
    if (byToken !== null) await checkMaker(byToken, reply, keyring)
    const bySession =
      byToken === null && keyring.closed ? await admitBySession(request, { sessions, keyring }, now) : null
    const identity = byToken ?? bySession ?? (await keyring.identify(bearer(request)))
    if (identity === null) return
    if (typeof identity === 'string') throw unauthorized(request, reply, identity)
    if (scope !== 'any' && ![scope, ...orElse].some((one) => identity.scopes.has(one))) {
      reply.header('www-authenticate', `Bearer realm="conduit", error="insufficient_scope", scope="${scope}"`)
      throw outOfScope(scope)
    }
    request.caller = callerOf(identity)
  }
}

/** The limits follow, where they are asked for. */
function callerOf({ keyId, ...rest }: Identity): Caller {
  return { ...rest, key: keyId === ANONYMOUS ? null : keyId, limits: NO_LIMITS }
}

/** Throws `unauthorized` for a token whose key is no longer good, or that was made before there were keys. */
async function checkMaker({ keyId }: Identity, reply: FastifyReply, keyring: Keyring): Promise<void> {
  const good = keyId === ANONYMOUS ? (await keyring.identify(null)) === null : await keyring.isGood(keyId)
  if (good) return
  reply.header('www-authenticate', 'Bearer realm="conduit", error="invalid_token"')
  throw new ProblemError('unauthorized', 'what made this token is gone: its key, or the time without keys')
}

function scopeOf(route: RouteOptions): Scope | 'any' | null {
  const { method, url, schema } = route
  if (schema?.security !== undefined) {
    const isByKey = schema.security.some((one) => KEY_SCHEME in one)
    return isByKey ? (scopesOf(route)[0] ?? 'any') : null
  }
  throw new Error(`${String(method)} ${url} does not say which scope it needs: put security: needs(…) into its schema`)
}

/** Each of which opens a route. */
function scopesOf({ schema }: RouteOptions): Scope[] {
  return (schema?.security ?? []).flatMap((one) => (one[KEY_SCHEME] ?? []) as Scope[])
}

/** What an `Authorization: Bearer …` brings (RFC 6750); null without one. */
function bearer({ headers: { authorization } }: FastifyRequest): string | null {
  if (authorization === undefined) return null
  const [scheme = '', text = ''] = authorization.split(' ', 2)
  return scheme.toLowerCase() === 'bearer' && text !== '' ? text : null
}

function unauthorized(request: FastifyRequest, reply: FastifyReply, why: keyof typeof KEY_REFUSED): ProblemError {
  const missing = request.headers.authorization === undefined
  reply.header('www-authenticate', `Bearer realm="conduit"${missing ? '' : ', error="invalid_token"'}`)
  return new ProblemError('unauthorized', missing ? 'send Authorization: Bearer cdt_…' : KEY_REFUSED[why])
}
