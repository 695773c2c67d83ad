import { LRUCache } from 'lru-cache'
import type { Database } from '../store/client.ts'
import { measureStored } from '../store/access/storedBytes.ts'
import type { Telemetry } from '../telemetry.ts'
import { ProblemError } from '../wire/problem.ts'

/** Between two measurements of one tenant, at least. */
const PERIOD_MS = 10_000

/** Measuring looks at all jobs of a tenant: it takes no more than this part of the time. */
const MAX_SHARE = 1 / 20

const MAX_TENANTS = 10_000

type Use = {
  /** As last measured, and the definitions that came since. */
  bytes: number
  measureAt: number
  measuring: Promise<void> | null
}

/**
 * What the jobs of each tenant with a bound on it store: measured now and then, while jobs come, and in between counted
 * by the definitions that come in here. So it is near, not exact; tenants without a bound cost nothing.
 */
export class StoredBytes {
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #uses = new LRUCache<string, Use>({ max: MAX_TENANTS })

  constructor(database: Database, telemetry: Telemetry) {
    this.#database = database
    this.#telemetry = telemetry
  }

  /** Lets a definition of some bytes in. Throws a `ProblemError` `too-many-requests` at the bound. */
  async admit(tenant: string, bound: number, bytes: number): Promise<void> {
    const use = this.#useOf(tenant)
    if (use.measureAt === 0) await this.#measure(use, tenant)
    else if (performance.now() >= use.measureAt) void this.#measure(use, tenant)
    if (use.bytes + bytes > bound) {
      throw new ProblemError('too-many-requests', `the tenant may store ${bound} bytes; delete jobs first`, {
        retryAfter: PERIOD_MS / 1000,
      })
    }
    use.bytes += bytes
  }

  #useOf(tenant: string): Use {
    const known = this.#uses.get(tenant)
    if (known !== undefined) return known
    const use: Use = { bytes: 0, measureAt: 0, measuring: null }
    this.#uses.set(tenant, use)
    return use
  }

  #measure(use: Use, tenant: string): Promise<void> {
    use.measuring ??= this.#read(use, tenant).finally(() => {
      use.measuring = null
    })
    return use.measuring
  }

  async #read(use: Use, tenant: string): Promise<void> {
    const began = performance.now()
    const before = use.bytes
    try {
      const measured = await measureStored(this.#database, tenant)
      use.bytes = measured + (use.bytes - before)
    } catch (error) {
      this.#telemetry.emit('databaseFailed', { during: 'measuring what a tenant stores', error })
    }
    const took = performance.now() - began
    use.measureAt = performance.now() + Math.max(PERIOD_MS, took / MAX_SHARE)
  }
}
