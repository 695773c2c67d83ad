/** So long pure work goes on before everything else has its turn. */
const TURN_MS = 5

/**
 * The event loop, shared: all work that computes and waits for nothing has one slice together, whoever it is for; then
 * what came in from outside has its turn, then the next slice. Who finds the slice used up waits for one. Those who wait
 * come one after another, each tenant in its turn, so that many of one are no many times the slice to the others.
 */
export class Turns {
  /** When the present slice is used up; 0: nobody has begun one since everything else had its turn. */
  #endsAt = 0
  #scheduled = false
  /** Who waits, in the order in which their tenants come. */
  readonly #waiting = new Map<string, (() => void)[]>()

  /**
   * Whether there is time left in this slice; who asks first begins it. To be asked right before the work: where anything
   * is awaited between the two, many find the same time left.
   */
  hasTime(): boolean {
    const now = performance.now()
    if (this.#endsAt === 0) this.#begin(now)
    return now < this.#endsAt
  }

  /** Resolves once everything else had its turn, and it is the caller's. */
  next(tenant: string): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.#waiting.get(tenant)
      if (queue === undefined) this.#waiting.set(tenant, [resolve])
      else queue.push(resolve)
      this.#schedule()
    })
  }

  #begin(now: number): void {
    this.#endsAt = now + TURN_MS
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#endsAt = 0
      this.#release()
    })
  }

  /** Lets those who wait go on as long as the slice lasts. */
  readonly #release = (): void => {
    const [first] = this.#waiting
    if (first === undefined) return
    if (!this.hasTime()) return this.#schedule()
    const [tenant, queue] = first
    const goOn = queue.shift()
    this.#waiting.delete(tenant)
    if (queue.length > 0) this.#waiting.set(tenant, queue)
    goOn?.()
    // Behind all that follows from it without waiting.
    queueMicrotask(() => process.nextTick(this.#release))
  }
}

/** There is one event loop, and so one of these. */
export const turns = new Turns()
