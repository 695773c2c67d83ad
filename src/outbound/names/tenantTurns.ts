/** Work of one tenant: how much of it runs, and what waits for a turn, first come, first served. */
type Queue = { running: number; readonly waiting: (() => void)[] }

/** Lets each tenant do so much at once; one that wants more waits for itself and for nobody else. */
export class TenantTurns {
  readonly #limit: number
  readonly #queues = new Map<string, Queue>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Does the work when there is a turn. Resolves and rejects as the work does. */
  async take<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(tenant) ?? { running: 0, waiting: [] }
    this.#queues.set(tenant, queue)
    if (queue.running >= this.#limit) await new Promise<void>((resolve) => queue.waiting.push(resolve))
    else queue.running++
    try {
      return await work()
    } finally {
      this.#leave(tenant, queue)
    }
  }

  /** Hands the turn on, or gives it back. */
  #leave(tenant: string, queue: Queue): void {
    const next = queue.waiting.shift()
    if (next !== undefined) next()
    else if (--queue.running === 0) this.#queues.delete(tenant)
  }
}
