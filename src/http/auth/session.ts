import type { FastifyRequest } from 'fastify'
import type { Identity, Keyring } from '../../access/keyring.ts'
import { SESSION_COOKIE, type Sessions } from '../../access/sessions.ts'
import { ProblemError } from '../../wire/problem.ts'

const READS = new Set(['GET', 'HEAD'])

/** The value of the session's cookie; null: the request brings none. */
export function sessionCookie({ headers: { cookie } }: FastifyRequest): string | null {
  for (const pair of cookie?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=', 2)
    if (name === SESSION_COOKIE && value !== undefined && value !== '') return value
  }
  return null
}

/**
 * Lets a request in by its cookie. Null for one that brings none or a cookie that is no longer good, or brings
 * `Authorization` as well, which then counts alone.
 *
 * Throws `forbidden` for a change without `X-Conduit-Session: 1`: a form on another page sends cookies, and can't send
 * that.
 */
export async function admitBySession(
  request: FastifyRequest,
  { sessions, keyring }: { sessions: Sessions; keyring: Keyring },
  now: () => number,
): Promise<Identity | null> {
  const cookie = request.headers.authorization === undefined ? sessionCookie(request) : null
  const keyId = cookie === null ? null : sessions.read(cookie, now())
  const identity = keyId === null ? null : await keyring.identityOf(keyId)
  if (identity !== null) checkSessionHeader(request)
  return identity
}

/** Throws `forbidden` for a change that a page of another site could have sent with the cookie. */
export function checkSessionHeader({ method, headers }: FastifyRequest): void {
  if (READS.has(method) || headers['x-conduit-session'] === '1') return
  throw new ProblemError('forbidden', 'with a session, send X-Conduit-Session: 1 with what changes something')
}
