import type { Clock } from '../../engine/run/runContext.ts'

type Timer = { readonly at: number; readonly callback: () => void }

/** A clock that stands still until it is moved: what is waited for passes at once. */
export class VirtualClock implements Clock {
  #now: number
  #timers: Timer[] = []
  /** When each sleep of a block is over. */
  readonly #sleeps = new Set<number>()

  constructor(now: number) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer)
    }
  }

  /** Resolves when so much time has passed. */
  sleep(milliseconds: number): Promise<null> {
    const at = this.#now + milliseconds
    this.#sleeps.add(at)
    return new Promise((resolve) => {
      this.after(milliseconds, () => {
        this.#sleeps.delete(at)
        resolve(null)
      })
    })
  }

  /** When the first sleep is over; null: nobody sleeps. */
  get wakes(): number | null {
    return this.#sleeps.size === 0 ? null : Math.min(...this.#sleeps)
  }

  /** It is that moment now: what was to happen until then happens, in order. */
  moveTo(moment: number): void {
    this.#now = Math.max(this.#now, moment)
    const due = this.#timers.filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at)
    this.#timers = this.#timers.filter(({ at }) => at > this.#now)
    for (const { callback } of due) callback()
  }
}
