import { LRUCache } from 'lru-cache'
import { atMost } from '../../process/atMost.ts'
import type { Database } from '../../store/client.ts'
import type { InQueue } from '../../store/jobs/read.ts'

/** A count is good for so long; what is queued here meanwhile is added to it. */
const COUNT_MS = 1000
const MAX_TENANTS = 10_000

/** A job on its way into the queue. */
export type Arrival = {
  /** Says whether it was queued in the end. */
  settle(queued: boolean): void
}

type Queue = {
  /** Jobs that wait, as last counted, and those that were queued here since. */
  waiting: number
  /** Other tenants that share the bound. */
  others: number
  /** On their way into the queue. */
  arriving: number
  countedAt: number
  counting: Promise<void> | null
}

/** Counts what a tenant has in the queue, no further than `bound`, and with whom it shares that bound. */
export type CountInQueue = (database: Database, tenant: string, bound: number) => Promise<InQueue>

/**
 * How many jobs wait of each tenant that meets a bound: counted when a job comes and the last count is old, so those that
 * meet none cost nothing. A burst at one replica meets the bound exactly; of one at several, each may let in for a
 * second what the others don't know of yet.
 */
export class TenantQueues {
  readonly #database: Database
  readonly #countInQueue: CountInQueue
  readonly #queues = new LRUCache<string, Queue>(atMost(MAX_TENANTS))

  constructor(database: Database, countInQueue: CountInQueue) {
    this.#database = database
    this.#countInQueue = countInQueue
  }

  /** Lets a job in that is to wait, where its tenant is below its share of the bound; null where it is not. */
  async admit(tenant: string, bound: number): Promise<Arrival | null> {
    const queue = this.#queueOf(tenant)
    if (performance.now() - queue.countedAt >= COUNT_MS) await this.#count(queue, tenant, bound)
    const share = Math.max(1, Math.floor(bound / (queue.others + 1)))
    return queue.waiting + queue.arriving >= share ? null : this.note(tenant)
  }

  /** A job was let in otherwise: it counts all the same. */
  note(tenant: string): Arrival {
    const queue = this.#queueOf(tenant)
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
    const queue: Queue = { waiting: 0, others: 0, arriving: 0, countedAt: Number.NEGATIVE_INFINITY, counting: null }
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
    const { queued, others } = await this.#countInQueue(this.#database, tenant, bound)
    // What was queued while this was counted may or may not be in it.
    queue.waiting = queued + (queue.waiting - before)
    queue.others = others
    queue.countedAt = performance.now()
  }
}
