import { type ActiveRun, keyOf } from './activeRun.ts'

/** Runs of so many times the limit may be there, those whose end is being written included. */
const MAX_ENDING = 4

/** The jobs that this replica runs, and how many more it may. A slot is taken before anything is written for it. */
export class Slots {
  /** How many jobs this replica runs at once. */
  readonly limit: number
  /** Every run that is here, also one that lost its job to a later run of the same id. */
  readonly #runs = new Set<ActiveRun>()
  readonly #byKey = new Map<string, ActiveRun>()
  #reserved = 0
  #ending = 0
  #idle: PromiseWithResolvers<void> | null = null

  constructor(limit: number) {
    this.limit = limit
  }

  /**
   * Slots that are free. A run whose steps are over and whose end is only being written has given its slot up; how many
   * such there may be is bounded too, for a database that is slow.
   */
  get free(): number {
    const taken = this.#runs.size + this.#reserved
    return Math.max(0, Math.min(this.limit - (taken - this.#ending), this.limit * MAX_ENDING - taken))
  }

  get running(): number {
    return this.#runs.size
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

  /** Reserves one slot until the end of the scope. */
  hold(): Disposable {
    this.reserve(1)
    return { [Symbol.dispose]: () => this.unreserve(1) }
  }

  enter(active: ActiveRun): void {
    this.#runs.add(active)
    this.#byKey.set(keyOf(active), active)
  }

  /** The steps of a run are over: what is left is to write its end. */
  end(active: ActiveRun): void {
    if (active.ending) return
    active.ending = true
    this.#ending++
  }

  leave(active: ActiveRun): void {
    if (active.ending) this.#ending--
    this.#runs.delete(active)
    if (this.#byKey.get(keyOf(active)) === active) this.#byKey.delete(keyOf(active))
    this.#settle()
  }

  /** The run that holds a job, as far as is known here. */
  get(job: { tenant: string; id: string }): ActiveRun | undefined {
    return this.#byKey.get(keyOf(job))
  }

  values(): IterableIterator<ActiveRun> {
    return this.#runs.values()
  }

  /** Resolves when nothing runs any more and no slot is reserved. */
  async whenIdle(): Promise<void> {
    if (this.#runs.size + this.#reserved === 0) return
    this.#idle ??= Promise.withResolvers()
    await this.#idle.promise
  }

  #settle(): void {
    if (this.#runs.size + this.#reserved > 0) return
    this.#idle?.resolve()
    this.#idle = null
  }
}
