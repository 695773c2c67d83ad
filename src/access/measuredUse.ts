import { LRUCache } from 'lru-cache'
import { atMost } from '../process/atMost.ts'

/** How the use of a tenant is measured, and how often. */
export type MeasuredUseOptions = {
  /** Reads what a tenant uses now. */
  readonly measure: (tenant: string, bound: number) => Promise<number>
  readonly onError: (error: unknown) => void
  /** Between two measurements of one tenant, at least, in milliseconds. */
  readonly periodMs: number
}

/** Measuring may look at much: it takes no more than this part of the time. */
const MAX_SHARE = 1 / 20

const MAX_TENANTS = 10_000

type Use = {
  /** As last measured, and what came since. */
  amount: number
  measureAt: number
  measuring: Promise<void> | null
}

/**
 * What tenants use of something that is dear to count: measured now and then, while more comes, and in between counted by
 * what comes in here. So it is near, not exact.
 */
export class MeasuredUse {
  readonly #options: MeasuredUseOptions
  readonly #uses = new LRUCache<string, Use>(atMost(MAX_TENANTS))

  constructor(options: MeasuredUseOptions) {
    this.#options = options
  }

  /** Takes so much more for a tenant, or gives false and takes nothing where that is beyond its bound. */
  async take(tenant: string, bound: number, amount: number): Promise<boolean> {
    const use = this.#useOf(tenant)
    if (use.measureAt === 0) await this.#measure(use, tenant, bound)
    else if (performance.now() >= use.measureAt) void this.#measure(use, tenant, bound)
    if (use.amount + amount > bound) return false
    use.amount += amount
    return true
  }

  #useOf(tenant: string): Use {
    const known = this.#uses.get(tenant)
    if (known !== undefined) return known
    const use: Use = { amount: 0, measureAt: 0, measuring: null }
    this.#uses.set(tenant, use)
    return use
  }

  #measure(use: Use, tenant: string, bound: number): Promise<void> {
    use.measuring ??= this.#read(use, tenant, bound).finally(() => {
      use.measuring = null
    })
    return use.measuring
  }

  async #read(use: Use, tenant: string, bound: number): Promise<void> {
    const { measure, onError, periodMs } = this.#options
    const began = performance.now()
    const before = use.amount
    try {
      use.amount = (await measure(tenant, bound)) + (use.amount - before)
    } catch (error) {
      onError(error)
    }
    const took = performance.now() - began
    use.measureAt = performance.now() + Math.max(periodMs, took / MAX_SHARE)
  }
}
