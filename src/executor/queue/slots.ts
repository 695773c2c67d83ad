import type { ActiveRun } from '../run/activeRun.ts'

/** Runs of so many times the limit may be there, those whose end is being written included. */
const MAX_ENDING = 4

/** The jobs that this replica runs, and how many more it may. A slot is taken before anything is written for it. */
export class Slots {
  /** How many jobs this replica runs at once. */
  readonly limit: number
  /**
   * Every run that is here, in the order in which they came; also one that lost its job to a later run of the same id. No
   * map: one whose entries come and go is built anew again and again, and the tables it leaves behind kept each run from
   * the cheap collection of what is new.
   */
  readonly #runs: ActiveRun[] = []
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
    const taken = this.#runs.length + this.#reserved
    return Math.max(0, Math.min(this.limit - (taken - this.#ending), this.limit * MAX_ENDING - taken))
  }

  get running(): number {
    return this.#runs.length
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
    this.#runs.push(active)
  }

  /** The steps of a run are over: what is left is to write its end. */
  end(active: ActiveRun): void {
    if (active.ending) return
    active.ending = true
    this.#ending++
  }

  leave(active: ActiveRun): void {
    if (active.ending) this.#ending--
    this.#runs.splice(this.#runs.lastIndexOf(active), 1)
    this.#settle()
  }

  /** The run that holds a job, as far as is known here. */
  get({ tenant, id }: { tenant: string; id: string }): ActiveRun | undefined {
    return this.#runs.findLast((active) => active.id === id && active.tenant === tenant)
  }

  values(): readonly ActiveRun[] {
    return this.#runs.slice()
  }

  /** Resolves when nothing runs any more and no slot is reserved. */
  async whenIdle(): Promise<void> {
    if (this.#runs.length + this.#reserved === 0) return
    this.#idle ??= Promise.withResolvers()
    await this.#idle.promise
  }

  #settle(): void {
    if (this.#runs.length + this.#reserved > 0) return
    this.#idle?.resolve()
    this.#idle = null
  }
}
