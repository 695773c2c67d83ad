/**
 * So long a new job may wait for a slot before it is queued, in milliseconds. A slot whose job is being written, or whose
 * step is short, is free sooner, and a job that goes through the queue costs a third statement: its claim. Where steps are
 * long, the first to wait finds out for all: once there is a queue, who comes goes there at once.
 */
const PATIENCE_MS = 50

type Waiting = {
  readonly tenant: string
  /** By `performance.now()`. */
  readonly until: number
  readonly give: (slot: Disposable | null) => void
}

/** New jobs that wait for a slot, in the order in which they came. */
export class SlotLine {
  #waiting: Waiting[] = []
  #patience: NodeJS.Timeout | null = null

  /** Waits for a slot for a job of a tenant; null: none was free in time. */
  join(tenant: string): Promise<Disposable | null> {
    const { promise, resolve } = Promise.withResolvers<Disposable | null>()
    this.#waiting.push({ tenant, until: performance.now() + PATIENCE_MS, give: resolve })
    this.#patience ??= setTimeout(() => this.#lookAtFirst(), PATIENCE_MS)
    return promise
  }

  /** Slots may be free: `hold` takes one for a job of a tenant, or gives null where it may have none now. */
  serve(hold: (tenant: string) => Disposable | null): void {
    if (this.#waiting.length === 0) return
    this.#waiting = this.#waiting.filter(({ tenant, give }) => {
      const slot = hold(tenant)
      if (slot !== null) give(slot)
      return slot === null
    })
    if (this.#waiting.length === 0) this.#disarm()
  }

  /** Where the first has waited long enough nobody waits any longer: none is to overtake it. */
  #lookAtFirst(): void {
    this.#disarm()
    const [first] = this.#waiting
    if (first === undefined) return
    const left = first.until - performance.now()
    if (left >= 1) this.#patience = setTimeout(() => this.#lookAtFirst(), left)
    else for (const { give } of this.#waiting.splice(0)) give(null)
  }

  #disarm(): void {
    if (this.#patience !== null) clearTimeout(this.#patience)
    this.#patience = null
  }
}
