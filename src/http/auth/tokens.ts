import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { JobTokens, TokenGrant } from '../../access/jobTokens.ts'
import type { Identity } from '../../access/keyring.ts'
import { ProblemError } from '../../wire/problem.ts'

/** The name under which the OpenAPI document describes tokens. */
export const TOKEN_SCHEME = 'token'

/** Stands in the schema of each route that a token may read: `security: [...needs('jobs:read'), ...OR_TOKEN]`. */
export const OR_TOKEN: [Record<string, string[]>] = [{ [TOKEN_SCHEME]: [] }]

/** Stands in the query of each such route. */
export const TokenQuery = Type.Object({
  token: Type.Optional(Type.String({ description: 'A token of this job, for who can send no headers.' })),
})

/**
 * Lets a request in by its `?token=`: to the job it was made for, where the route allows it. Null for a request that
 * brings none, or brings `Authorization` as well, which then counts alone.
 *
 * Throws `unauthorized` for a token that is not good, `forbidden` for anything but its job, and `not-found` where its
 * job is gone.
 */
export async function admitByToken(
  request: FastifyRequest,
  reply: FastifyReply,
  tokens: JobTokens,
  now: () => number,
): Promise<Identity | null> {
  const text = tokenOf(request)
  if (text === null) return null
  const grant = tokens.read(text, now())
  if (grant === null) {
    reply.header('www-authenticate', 'Bearer realm="conduit", error="invalid_token"')
    throw new ProblemError('unauthorized', 'the token is not one of ours, or has run out')
  }
  if (!reads(request, grant)) {
    throw new ProblemError('forbidden', 'a token reads its job, its steps and events, and nothing else')
  }
  if (!(await tokens.isThere(grant))) throw new ProblemError('not-found', `there is no job ${grant.jobId}`)
  return {
    keyId: grant.keyId ?? 'anonymous',
    tenant: grant.tenant,
    scopes: new Set(['jobs:read']),
    tags: new Set(),
    definitions: null,
    until: grant.expiresAt,
  }
}

/** Whether a request may have to be let in by its token, or turned away for it. */
export function bringsToken({ query }: FastifyRequest): boolean {
  return typeof query === 'object' && query !== null && 'token' in query
}

function tokenOf({ query, headers }: FastifyRequest): string | null {
  const token: unknown = typeof query === 'object' && query !== null && 'token' in query ? query.token : undefined
  if (token === undefined || headers.authorization !== undefined) return null
  if (typeof token !== 'string') throw new ProblemError('malformed-request', 'token is given twice')
  return token
}

function reads({ params, routeOptions }: FastifyRequest, { jobId }: TokenGrant): boolean {
  const allowed = routeOptions.schema?.security?.some((one) => TOKEN_SCHEME in one) ?? false
  return allowed && typeof params === 'object' && params !== null && 'id' in params && params.id === jobId
}
