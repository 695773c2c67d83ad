/** Work of one tenant: how much of it is under way, and what waits for a permit, first come, first served. */
type Queue = { taken: number; readonly waiting: (() => void)[] }

/** Lets each tenant do so much at once; one that wants more waits for itself and for nobody else. */
export class TenantPermits {
  readonly #limit: number
  readonly #queues = new Map<string, Queue>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes a permit until the end of the scope. Resolves when there is one. */
  async take(tenant: string): Promise<Disposable> {
    const queue = this.#queues.get(tenant) ?? { taken: 0, waiting: [] }
    this.#queues.set(tenant, queue)
    if (queue.taken >= this.#limit) await new Promise<void>((resolve) => queue.waiting.push(resolve))
    else queue.taken++
    return { [Symbol.dispose]: () => this.#leave(tenant, queue) }
  }

  /** Hands the permit on, or gives it back; a tenant that does nothing is forgotten. */
  #leave(tenant: string, queue: Queue): void {
    const next = queue.waiting.shift()
    if (next !== undefined) next()
    else if (--queue.taken === 0) this.#queues.delete(tenant)
  }
}
