import type { ActiveRun } from '../run/activeRun.ts'
import { SlotLine } from './slotLine.ts'

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
  /** The tenants of jobs that are on their way to be runs. */
  readonly #held: string[] = []
  #reserved = 0
  #ending = 0
  #idle: PromiseWithResolvers<void> | null = null
  readonly #line = new SlotLine()

  /** Whether other tenants may want slots too. */
  readonly #isShared: () => boolean

  constructor(limit: number, isShared: () => boolean) {
    this.limit = limit
    this.#isShared = isShared
  }

  /** So many slots one tenant may have: where there are others, an eighth is left free for them. */
  get share(): number {
    return this.#isShared() ? Math.max(1, this.limit - Math.max(1, Math.ceil(this.limit / 8))) : this.limit
  }

  /** Whether a tenant has as many slots as it may, where there are others. */
  isAtShare(tenant: string): boolean {
    return this.#isShared() && (this.taken().get(tenant) ?? 0) >= this.share
  }

  /** Whether a job of a tenant may take one of the slots that are free. */
  #hasRoom(tenant: string): boolean {
    return this.free > 0 && !this.isAtShare(tenant)
  }

  /** How many slots each tenant has that has any. */
  taken(): Map<string, number> {
    const taken = new Map<string, number>()
    for (const { tenant, ending } of this.#runs) if (!ending) taken.set(tenant, (taken.get(tenant) ?? 0) + 1)
    for (const tenant of this.#held) taken.set(tenant, (taken.get(tenant) ?? 0) + 1)
    return taken
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

  /** Reserves one slot for a job of a tenant until the end of the scope. */
  hold(tenant: string): Disposable {
    this.reserve(1)
    this.#held.push(tenant)
    return {
      [Symbol.dispose]: () => {
        this.#held.splice(this.#held.indexOf(tenant), 1)
        this.unreserve(1)
      },
    }
  }

  /** The same for a new job, where a slot is free for it within moments; null: none was, it is to be queued. */
  holdSoon(tenant: string): Promise<Disposable | null> {
    return this.#hasRoom(tenant) ? Promise.resolve(this.hold(tenant)) : this.#line.join(tenant)
  }

  enter(active: ActiveRun): void {
    this.#runs.push(active)
  }

  /** The steps of a run are over: what is left is to write its end. */
  end(active: ActiveRun): void {
    if (active.ending) return
    active.ending = true
    this.#ending++
    this.#serveLine()
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

  #serveLine(): void {
    this.#line.serve((tenant) => (this.#hasRoom(tenant) ? this.hold(tenant) : null))
  }

  #settle(): void {
    this.#serveLine()
    if (this.#runs.length + this.#reserved > 0) return
    this.#idle?.resolve()
    this.#idle = null
  }
}
