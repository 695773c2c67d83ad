import { LRUCache } from 'lru-cache'
import type { Database } from '../store/client.ts'
import { takeTokens } from '../store/access/limits.ts'
import type { Telemetry } from '../telemetry.ts'

/** A replica under full load asks for tokens about so many times a second, and in between counts in memory. */
const LOTS_PER_SECOND = 20

/** Tokens that were taken and not used come to nothing after a second: the bucket has refilled by then. */
const LOT_MS = 1000

const MAX_TENANTS = 10_000

/** What a tenant's requests have left here. */
type Purse = {
  /** Taken from the bucket, not used yet, good until `until`. */
  lot: number
  until: number
  /** What was left in the bucket when this replica last took from it. */
  left: number
  /** The bucket was found empty: it is not asked again before. */
  emptyUntil: number
  taking: Promise<void> | null
}

/** Whether a request may pass, and how many more could. */
export type Admission = { readonly admitted: boolean; readonly remaining: number }

/**
 * Requests a second of each tenant that has a bound on them: a token bucket in the database, shared by the replicas,
 * which take tokens in lots. While the database is away each replica grants lots by itself, at the same rate.
 */
export class RequestBudget {
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #now: () => number
  readonly #purses = new LRUCache<string, Purse>({ max: MAX_TENANTS })

  /** @param now a monotonic clock in milliseconds */
  constructor(database: Database, telemetry: Telemetry, now: () => number = () => performance.now()) {
    this.#database = database
    this.#telemetry = telemetry
    this.#now = now
  }

  /** Takes one of a tenant's requests, of which `rate` come each second. */
  async take(tenant: string, rate: number): Promise<Admission> {
    const purse = this.#purseOf(tenant)
    while (purse.lot < 1 || purse.until <= this.#now()) {
      if (purse.emptyUntil > this.#now()) return { admitted: false, remaining: 0 }
      purse.taking ??= this.#fill(purse, tenant, rate).finally(() => {
        purse.taking = null
      })
      await purse.taking
    }
    purse.lot--
    return { admitted: true, remaining: Math.floor(purse.lot + purse.left) }
  }

  #purseOf(tenant: string): Purse {
    const known = this.#purses.get(tenant)
    if (known !== undefined) return known
    const purse: Purse = { lot: 0, until: 0, left: 0, emptyUntil: 0, taking: null }
    this.#purses.set(tenant, purse)
    return purse
  }

  async #fill(purse: Purse, tenant: string, rate: number): Promise<void> {
    const wanted = Math.ceil(rate / LOTS_PER_SECOND)
    const tokens = await takeTokens(this.#database, tenant, rate, wanted).catch((error: unknown) => {
      this.#telemetry.emit('databaseFailed', { during: 'counting requests', error })
      return null
    })
    const now = this.#now()
    purse.lot = tokens?.granted ?? wanted
    purse.left = tokens?.tokens ?? 0
    purse.until = now + LOT_MS
    // Without the database: no further lot before this one would have refilled.
    if (tokens === null) purse.emptyUntil = now + (wanted / rate) * 1000
    else if (tokens.granted === 0) purse.emptyUntil = now + ((1 - tokens.tokens) / rate) * 1000
  }
}
