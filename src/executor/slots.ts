import { type ActiveRun, keyOf } from './activeRun.ts'

/** The jobs that this replica runs, and how many more it may. A slot is taken before anything is written for it. */
export class Slots {
  readonly #limit: number
  readonly #active = new Map<string, ActiveRun>()
  #reserved = 0
  #idle: PromiseWithResolvers<void> | null = null

  constructor(limit: number) {
    this.#limit = limit
  }

  get free(): number {
    return Math.max(0, this.#limit - this.#active.size - this.#reserved)
  }

  get running(): number {
    return this.#active.size
  }

  /** Takes slots that are free, for jobs that are not known yet. */
  reserve(count: number): void {
    this.#reserved += count
  }

  /** Gives reserved slots back, or turns them into runs by `enter`. */
  unreserve(count: number): void {
    this.#reserved -= count
    this.#settle()
  }

  enter(active: ActiveRun): void {
    this.#active.set(keyOf(active), active)
  }

  leave(active: ActiveRun): void {
    if (this.#active.get(keyOf(active)) === active) this.#active.delete(keyOf(active))
    this.#settle()
  }

  get(job: { tenant: string; id: string }): ActiveRun | undefined {
    return this.#active.get(keyOf(job))
  }

  values(): IterableIterator<ActiveRun> {
    return this.#active.values()
  }

  /** Resolves when nothing runs any more and no slot is reserved. */
  async whenIdle(): Promise<void> {
    if (this.#active.size + this.#reserved === 0) return
    this.#idle ??= Promise.withResolvers()
    await this.#idle.promise
  }

  #settle(): void {
    if (this.#active.size + this.#reserved > 0) return
    this.#idle?.resolve()
    this.#idle = null
  }
}
