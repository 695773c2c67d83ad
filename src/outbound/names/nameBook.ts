import type { LookupAddress } from 'node:dns'
import { LRUCache } from 'lru-cache'
import { TenantPermits } from '../../process/tenantPermits.ts'
import { type OutboundError, RequestFailed } from '../errors.ts'
import type { Resolve } from './resolve.ts'

/** What resolves names, and how long that may take. */
export type NameBookOptions = {
  readonly resolve: Resolve
  /** How long one look-up may take, in milliseconds. */
  readonly timeoutMs: number
}

/** What is known of a name for a moment. */
type Known = { readonly addresses: readonly LookupAddress[] } | { readonly error: OutboundError }

/** As long as a connection is kept: who connects in this time would have used one that was judged by the same answer. */
const FOUND_MS = 1000

/** A name that nobody knows, or could say, is not asked for again at once: a tenant's dead names are asked for again and again. */
const FAILED_MS = 5000

const MAX_NAMES = 1000

/** Look-ups of one tenant at once. They cost no thread, but each holds a request at the network's servers. */
export const LOOKUPS_A_TENANT = 16

/**
 * Looks names up for all tenants: equal look-ups are joined, each tenant has a bound of its own, and what was found, or
 * not, is known for a moment.
 */
export class NameBook {
  readonly #options: NameBookOptions
  readonly #known = new LRUCache<string, Known>({ max: MAX_NAMES, ttl: FOUND_MS })
  readonly #pending = new Map<string, Promise<readonly LookupAddress[]>>()
  readonly #permits = new TenantPermits(LOOKUPS_A_TENANT)

  constructor(options: NameBookOptions) {
    this.#options = options
  }

  /**
   * Looks a name up ahead of a connection, when the tenant has a permit. Throws what `addresses` throws.
   *
   * @param isWanted asked when the permit is there: whoever waited for it may be gone
   */
  async prepare(hostname: string, tenant: string, isWanted: () => boolean): Promise<void> {
    if (this.#known.has(hostname) || this.#pending.has(hostname)) {
      await this.addresses(hostname)
      return
    }
    using _permit = await this.#permits.take(tenant)
    if (isWanted()) await this.addresses(hostname)
  }

  /** All addresses of a name. Throws a `RequestFailed` where there is none, or nobody answered in time. */
  readonly addresses = (hostname: string): Promise<readonly LookupAddress[]> => {
    const known = this.#known.get(hostname)
    if (known !== undefined) return 'error' in known ? Promise.reject(known.error) : Promise.resolve(known.addresses)
    const pending = this.#pending.get(hostname) ?? this.#lookUp(hostname)
    this.#pending.set(hostname, pending)
    return pending
  }

  async #lookUp(hostname: string): Promise<readonly LookupAddress[]> {
    const { resolve, timeoutMs } = this.#options
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(notResolved('in time', null)), timeoutMs)
    try {
      const addresses = await Promise.race([resolve(hostname), late.promise])
      this.#known.set(hostname, { addresses })
      return addresses
    } catch (cause) {
      const error = cause instanceof RequestFailed ? cause : notResolved('', cause)
      this.#known.set(hostname, { error }, { ttl: FAILED_MS })
      throw error
    } finally {
      clearTimeout(timer)
      this.#pending.delete(hostname)
    }
  }
}

function notResolved(when: string, cause: unknown): RequestFailed {
  return new RequestFailed('NAME_NOT_RESOLVED', `the name of the host could not be resolved ${when}`.trim(), cause)
}
