import { LRUCache } from 'lru-cache'
import type { Database } from '../../store/client.ts'
import { countQueuedOf } from '../../store/jobs/read.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { Arrival } from './queueBound.ts'

/** A count is good for so long; what is queued here meanwhile is added to it. */
const COUNT_MS = 1000
const MAX_TENANTS = 10_000

type Queue = {
  /** Jobs that wait, as last counted, and those that were queued here since. */
  waiting: number
  /** On their way into the queue. */
  arriving: number
  countedAt: number
  counting: Promise<void> | null
}

/**
 * How many jobs wait of each tenant that has a bound on it: counted when a job comes and the last count is old, so those
 * without a bound cost nothing. A burst at one replica meets the bound exactly; of one at several, each may let in for a
 * second what the others don't know of yet.
 */
export class TenantQueues {
  readonly #database: Database
  readonly #queues = new LRUCache<string, Queue>({ max: MAX_TENANTS })

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Lets a job in that is to wait; `settle` says whether it was queued in the end. Throws a `ProblemError`
   * `too-many-requests` at the bound.
   */
  async admit(tenant: string, bound: number): Promise<Arrival> {
    const queue = this.#queueOf(tenant)
    if (performance.now() - queue.countedAt >= COUNT_MS) await this.#count(queue, tenant, bound)
    if (queue.waiting + queue.arriving >= bound) {
      throw new ProblemError('too-many-requests', `${bound} jobs of the tenant are waiting already`, { retryAfter: 5 })
    }
    queue.arriving++
    return {
      settle: (queued) => {
        queue.arriving--
        if (queued) queue.waiting++
      },
    }
  }

  #queueOf(tenant: string): Queue {
    const known = this.#queues.get(tenant)
    if (known !== undefined) return known
    const queue: Queue = { waiting: 0, arriving: 0, countedAt: Number.NEGATIVE_INFINITY, counting: null }
    this.#queues.set(tenant, queue)
    return queue
  }

  #count(queue: Queue, tenant: string, bound: number): Promise<void> {
    queue.counting ??= this.#read(queue, tenant, bound).finally(() => {
      queue.counting = null
    })
    return queue.counting
  }

  async #read(queue: Queue, tenant: string, bound: number): Promise<void> {
    const before = queue.waiting
    const counted = await countQueuedOf(this.#database, tenant, bound)
    // What was queued while this was counted may or may not be in it.
    queue.waiting = counted + (queue.waiting - before)
    queue.countedAt = performance.now()
  }
}
