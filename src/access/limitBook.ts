import { LRUCache } from 'lru-cache'
import type { Database } from '../store/client.ts'
import { readLimits } from '../store/access/limits.ts'
import type { Telemetry } from '../telemetry.ts'
import { type Limits, completeLimits, NO_LIMITS } from '../wire/limits.ts'

/** What is known of a tenant's bounds is at most so old: a change takes effect within 5 s on every replica. */
const MAX_AGE_MS = 4000
const MAX_TENANTS = 10_000

/** The bounds of tenants, as far as they are asked for: a look-up in memory for all but one request in some seconds. */
export class LimitBook {
  readonly #known: LRUCache<string, Limits>

  constructor(database: Database, telemetry: Telemetry) {
    this.#known = new LRUCache<string, Limits>({
      max: MAX_TENANTS,
      ttl: MAX_AGE_MS,
      fetchMethod: async (tenant, known, { options }) => {
        try {
          return completeLimits(await readLimits(database, tenant))
        } catch (error) {
          // Nothing that a bound protects can be had without the database.
          telemetry.emit('databaseFailed', { during: 'reading limits', error })
          options.ttl = 1
          return known ?? NO_LIMITS
        }
      },
    })
  }

  /** The bounds of a tenant, as they were a few seconds ago at most. */
  of(tenant: string): Limits | Promise<Limits> {
    return this.#known.get(tenant) ?? this.#fetch(tenant)
  }

  /** Bounds that were just set here. */
  set(tenant: string, limits: Limits): void {
    this.#known.set(tenant, limits)
  }

  async #fetch(tenant: string): Promise<Limits> {
    return (await this.#known.fetch(tenant)) ?? NO_LIMITS
  }
}
