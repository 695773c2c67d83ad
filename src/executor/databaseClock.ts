import type { Clock } from '../engine/state.ts'

/**
 * The database's time, as far as it is known here: its last answer plus what passed since by this process's monotonic
 * clock. A replica's own clock may be off by hours and changes nothing.
 */
export class DatabaseClock implements Clock {
  #offset: number

  /** @param now the database's time, just told, in milliseconds */
  constructor(now: number) {
    this.#offset = now - performance.now()
  }

  sync(now: number): void {
    this.#offset = now - performance.now()
  }

  now(): number {
    return Math.floor(this.#offset + performance.now())
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  }
}
