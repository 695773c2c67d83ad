import { LRUCache } from 'lru-cache'
import { atMost } from '../process/atMost.ts'
import type { Database } from '../store/client.ts'
import { takeTokens } from '../store/access/limits.ts'
import type { Telemetry } from '../telemetry.ts'

/** A replica under full load asks for tokens about so many times a second, and in between counts in memory. */
const LOTS_PER_SECOND = 20

/** Tokens that were taken and not used come to nothing after a second: the bucket has refilled by then. */
const TOKEN_LEASE_MS = 1000

const MAX_TENANTS = 10_000

/** What a tenant's requests have left here. */
type Bucket = {
  /** Taken from the bucket, not used yet, good until `until`. */
  leased: number
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
  readonly #buckets = new LRUCache<string, Bucket>(atMost(MAX_TENANTS))

  /** @param now a monotonic clock in milliseconds */
  constructor(database: Database, telemetry: Telemetry, now: () => number = () => performance.now()) {
    this.#database = database
    this.#telemetry = telemetry
    this.#now = now
  }

  /** Takes one of a tenant's requests, of which `rate` come each second. */
  async take(tenant: string, rate: number): Promise<Admission> {
    const bucket = this.#bucketOf(tenant)
    while (bucket.leased < 1 || bucket.until <= this.#now()) {
      if (bucket.emptyUntil > this.#now()) return { admitted: false, remaining: 0 }
      bucket.taking ??= this.#fill(bucket, tenant, rate).finally(() => {
        bucket.taking = null
      })
      await bucket.taking
    }
    bucket.leased--
    return { admitted: true, remaining: Math.floor(bucket.leased + bucket.left) }
  }

  #bucketOf(tenant: string): Bucket {
    const known = this.#buckets.get(tenant)
    if (known !== undefined) return known
    const bucket: Bucket = { leased: 0, until: 0, left: 0, emptyUntil: 0, taking: null }
    this.#buckets.set(tenant, bucket)
    return bucket
  }

  async #fill(bucket: Bucket, tenant: string, rate: number): Promise<void> {
    const wanted = Math.ceil(rate / LOTS_PER_SECOND)
    const tokens = await takeTokens(this.#database, tenant, rate, wanted).catch((error: unknown) => {
      this.#telemetry.emit('databaseFailed', { during: 'counting requests', error })
      return null
    })
    const now = this.#now()
    bucket.leased = tokens?.granted ?? wanted
    bucket.left = tokens?.tokens ?? 0
    bucket.until = now + TOKEN_LEASE_MS
    // Without the database: no further lease before this one would have refilled.
    if (tokens === null) bucket.emptyUntil = now + (wanted / rate) * 1000
    else if (tokens.granted === 0) bucket.emptyUntil = now + ((1 - tokens.tokens) / rate) * 1000
  }
}
