import type { FastifyReply, FastifyRequest } from 'fastify'
import fresh from 'fresh'

/** What a job's tag is made of: whatever a client could see change, changes one of these. */
export type Version = { readonly state: string; readonly recorded: number; readonly cancelAt: number | null }

/** A weak tag (RFC 9110, section 8.8.3): the same version may be told in more than one form. */
export function etagOf({ state, recorded, cancelAt }: Version): string {
  return `W/"${state}-${recorded}${cancelAt === null ? '' : `-${cancelAt.toString(36)}`}"`
}

/**
 * Whether the client has this version already; the tag is set either way. No body is built for a 304. Its
 * `Cache-Control` is none of our business: `fetch` adds `no-cache` to any request with an `If-None-Match` of its own.
 */
export function isFresh(request: FastifyRequest, reply: FastifyReply, version: Version): boolean {
  const etag = etagOf(version)
  reply.header('etag', etag).header('cache-control', 'no-cache')
  return fresh({ 'if-none-match': request.headers['if-none-match'] }, { etag })
}
