import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { hostnameOf, isLoopback, isWildcard } from '../../access/hosts.ts'
import type { Keyring } from '../../access/keyring.ts'
import { ProblemError } from '../../wire/problem.ts'

/** By which names the service is known, and whose pages may call it. */
export type OriginRules = {
  /** Where it listens. */
  readonly host: string
  /** Names that it answers to without keys, beside its own. */
  readonly allowedHosts: readonly string[]
  /** Where its users find it; null: as they please. */
  readonly publicUrl: string | null
  /** Origins that may call it; `*` for all. */
  readonly corsOrigins: readonly string[]
  /** Origins whose pages may frame the view of one job. */
  readonly embedOrigins: readonly string[]
}

/** Whoever asks these may not know by which name it does. */
const PROBES = new Set(['/livez', '/readyz'])

/** By so many names it is found without looking at them again. */
const NAMES_KEPT = 100

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Keeps pages of other sites from using a browser that can reach the service.
 *
 * Without keys it answers only to names that it knows: a page can make its own name lead here (DNS rebinding), and the
 * browser then takes the service for part of that page. With keys such a page would need one. Whatever changes
 * something is refused to foreign pages in any case: browsers send simple requests without asking first (Fetch, section
 * 3.3), and mark them with `Origin` and `Sec-Fetch-Site`.
 */
export function guardOrigins(app: FastifyInstance, rules: OriginRules, keyring: Pick<Keyring, 'closed'>): void {
  const named = [...rules.allowedHosts, rules.host, rules.publicUrl ?? ''].map(hostnameOf)
  const known = new Set(named.filter((host) => host !== null))
  const isOurs = (host: string | null): boolean =>
    host !== null && (known.has(host) || isLoopback(host) || (isWildcard(rules.host) && isIP(host) !== 0))
  // Nearly all requests of a service come by one name, and to parse it is a twentieth of what a short one costs.
  const ours = new LRUCache<string, true>({ max: NAMES_KEPT })
  const isOurName = (authority: string): boolean => {
    if (ours.has(authority)) return true
    const known = AUTHORITY.test(authority) && isOurs(hostnameOf(authority))
    if (known) ours.set(authority, true)
    return known
  }
  const own = URL.parse(rules.publicUrl ?? '')?.origin
  const friends = new Set([...rules.corsOrigins, ...(own === undefined ? [] : [own])])
  app.addHook('onRequest', (request, _reply, done) => {
    if (PROBES.has(request.routeOptions.url ?? '')) return done()
    const host = targetOf(request)
    // Only HTTP/1.0 has none, which no browser speaks.
    if (!keyring.closed && host !== undefined && !isOurName(host)) return done(unknownHost(host))
    if (!READS.has(request.method) && isForeign(request, friends)) return done(foreignPage(request))
    done()
  })
}

/** What may stand in `Host`: more would be read as a user, a path or a query. */
const AUTHORITY = /^[^\s/\\?#@]+$/

/** The authority that a request is for. Where its target is a whole URL, that one says it, and not `Host` (RFC 9112, section 3.2.2). */
function targetOf({ raw: { url = '' }, headers }: FastifyRequest): string | undefined {
  if (url.startsWith('/')) return headers.host
  return /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? headers.host
}

function isForeign({ headers }: FastifyRequest, friends: ReadonlySet<string>): boolean {
  const { host = '', origin, 'sec-fetch-site': site } = headers
  if (site === 'same-origin') return false // a browser's own word, which no page can forge
  if (origin === undefined) return site === 'cross-site'
  if (friends.has('*') || friends.has(origin)) return false
  const page = URL.parse(origin)
  return page === null || page.host !== URL.parse(`${page.protocol}//${host}`)?.host
}

function unknownHost(host: string): ProblemError {
  return new ProblemError(
    'forbidden',
    `a service without keys answers only to names that it knows: add ${host.slice(0, 200)} to ALLOWED_HOSTS, or make a key`,
  )
}

function foreignPage({ headers: { origin } }: FastifyRequest): ProblemError {
  const page = origin === undefined ? 'a page of another site' : `a page of ${origin.slice(0, 200)}`
  return new ProblemError(
    'forbidden',
    `${page} may change nothing here: name its origin in CORS_ORIGINS, or in PUBLIC_URL if it is this service's own`,
  )
}
