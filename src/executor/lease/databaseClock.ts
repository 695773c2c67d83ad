import type { Clock } from '../../engine/run/runContext.ts'

/** What the database said the time was, and between which moments of the monotonic clock (milliseconds) it said so. */
export type ClockSample = { readonly now: number; readonly sent: number; readonly received: number }

/** `process.hrtime` is the same in every thread; `performance.now()`, which is cheaper, counts from each thread's start. */
const HRTIME_AT_ZERO = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/**
 * The database's time, as far as it is known here: its last answer plus what passed since by this process's monotonic
 * clock. A replica's own clock may be off by hours and changes nothing. It goes on evenly: a sample moves it only as
 * far as it contradicts it, so an answer that was long on its way changes nothing either.
 */
export class DatabaseClock implements Clock {
  #offset: number

  constructor(sample: ClockSample) {
    const [least, most] = offsetsOf(sample)
    this.#offset = (least + most) / 2
  }

  sync(sample: ClockSample): void {
    const [least, most] = offsetsOf(sample)
    this.#offset = Math.min(Math.max(this.#offset, least), most)
  }

  now(): number {
    return Math.floor(this.#offset + performance.now())
  }

  monotonic(): number {
    return performance.now()
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  }
}

/** Between which bounds the database's clock is ahead of this thread's. */
function offsetsOf({ now, sent, received }: ClockSample): [least: number, most: number] {
  return [now - (received - HRTIME_AT_ZERO), now - (sent - HRTIME_AT_ZERO)]
}
