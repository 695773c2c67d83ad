import { type LookupAddress, promises as dns } from 'node:dns'
import { type MachineNames, machineNames, NAME_FILES, type NameFiles } from './machineNames.ts'
import { notFound, type Resolve } from './resolve.ts'

/** Other servers and files than the machine's own. */
export type NetworkResolverOptions = {
  /** Servers to ask, as `address:port`; default: the machine's. */
  readonly servers?: readonly string[]
  readonly files?: NameFiles
}

/** A server that says nothing is asked twice, and given up after some three seconds. */
const TRY = { timeout: 1000, tries: 2, maxTimeout: 2000 }

/** A machine's servers change (a network is joined, a pod moves): they are read again this often. */
const SERVERS_MS = 30_000

/** How long the second family may take once the first is there (RFC 8305, section 3, with room for slow networks). */
const SECOND_FAMILY_MS = 250

/**
 * Resolves names by c-ares. The system's own `getaddrinfo` runs on libuv's few threads, two at once, for five to thirty
 * seconds where no server answers: one tenant's dead names would keep all others waiting. c-ares asks as many as there
 * are without a thread. The hosts file and the search list are honoured as the system does; other sources of
 * nsswitch.conf (mDNS, LDAP) are not.
 */
export function networkResolver({ servers, files = NAME_FILES }: NetworkResolverOptions = {}): Resolve {
  const namesOf = machineNames(files)
  const resolverOf = freshResolver(servers)
  return async (hostname) => {
    const names = await namesOf()
    const name = hostname.toLowerCase()
    const own = names.hosts.get(name.replace(/\.$/, '')) ?? loopbackOf(name)
    if (own !== undefined) return own
    for (const candidate of candidatesOf(name, names)) {
      const addresses = await askBoth(resolverOf(), candidate)
      if (addresses.length > 0) return addresses
    }
    throw notFound(hostname)
  }
}

function freshResolver(servers: readonly string[] | undefined): () => dns.Resolver {
  let known: { readonly until: number; readonly resolver: dns.Resolver } | null = null
  return () => {
    const now = performance.now()
    if (known === null || known.until < now) {
      const resolver = new dns.Resolver(TRY)
      if (servers !== undefined) resolver.setServers(servers)
      known = { until: now + SERVERS_MS, resolver }
    }
    return known.resolver
  }
}

/** `localhost` is this machine, whatever a server says (RFC 6761, section 6.3). */
function loopbackOf(name: string): readonly LookupAddress[] | undefined {
  if (!/(^|\.)localhost\.?$/.test(name)) return undefined
  return [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ]
}

/** The names to ask for, in order: a name with few dots is tried in the machine's domains first. */
function candidatesOf(name: string, { search, ndots }: MachineNames): string[] {
  if (name.endsWith('.')) return [name]
  const within = search.map((domain) => `${name}.${domain}`)
  return name.split('.').length - 1 >= ndots ? [name, ...within] : [...within, name]
}

/** "There is none", as opposed to "nobody could say". */
const ABSENT = new Set(['ENOTFOUND', 'ENODATA'])

/**
 * The addresses of both families, IPv4 first. The second may be a little late; then the first alone counts. Empty where
 * there are none; rejects where neither could be asked.
 */
async function askBoth(resolver: dns.Resolver, name: string): Promise<LookupAddress[]> {
  const found: { four: LookupAddress[]; six: LookupAddress[] } = { four: [], six: [] }
  const four = resolver.resolve4(name).then((list) => (found.four = list.map((address) => ({ address, family: 4 }))))
  const six = resolver.resolve6(name).then((list) => (found.six = list.map((address) => ({ address, family: 6 }))))
  const both = Promise.allSettled([four, six])
  try {
    await Promise.any([four, six])
  } catch {
    const failures = (await both).flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    const unasked = failures.find((error: NodeJS.ErrnoException) => !ABSENT.has(error.code ?? ''))
    if (unasked !== undefined) throw unasked
  }
  await atMost(both, SECOND_FAMILY_MS)
  return [...found.four, ...found.six]
}

async function atMost(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  await Promise.race([work, promise])
  clearTimeout(timer)
}
