/**
 * What the thread that renews the lease and the thread that runs jobs both know, in memory that they share: asking costs
 * no message, and no turn of an event loop that a block may hold. Written by whichever thread got an answer.
 */
export class LeaseState {
  readonly memory: SharedArrayBuffer
  readonly #cells: BigInt64Array

  constructor(memory = new SharedArrayBuffer(CELLS * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#cells = new BigInt64Array(memory)
  }

  /**
   * The lease was renewed by a statement that was sent at a moment, for so many milliseconds from then at least, after so
   * many lapses in all. These are told before the new end: whoever reads the end first and the lapses then misses none.
   */
  renewed(sent: Moment, milliseconds: number, lapses: number): void {
    if (this.#raise(LAPSES, BigInt(lapses))) Atomics.store(this.#cells, LAPSED_AT, now().monotonic)
    const nanoseconds = BigInt(Math.round(milliseconds * 1e6))
    this.#raise(VALID_UNTIL, sent.monotonic + nanoseconds)
    Atomics.store(this.#cells, VALID_UNTIL_WALL, sent.wall + nanoseconds)
  }

  /** The row of the lease is gone: what hung on it may have been taken over. */
  lapse(): void {
    Atomics.add(this.#cells, LAPSES, 1n)
    Atomics.store(this.#cells, LAPSED_AT, now().monotonic)
  }

  /** How often the lease has run out so far. */
  get lapses(): number {
    return Number(Atomics.load(this.#cells, LAPSES))
  }

  /** Milliseconds since the lease last ran out; a very long time where it never did. */
  get sinceLapse(): number {
    return Number(now().monotonic - Atomics.load(this.#cells, LAPSED_AT)) / 1e6
  }

  /** Milliseconds of the lease that are left at least. */
  get left(): number {
    const { monotonic, wall } = now()
    const byMonotonic = Atomics.load(this.#cells, VALID_UNTIL) - monotonic
    const byWall = Atomics.load(this.#cells, VALID_UNTIL_WALL) - wall
    return Number(byMonotonic < byWall ? byMonotonic : byWall) / 1e6
  }

  /** The event loop that runs jobs turns. */
  beat(): void {
    Atomics.add(this.#cells, BEATS, 1n)
  }

  /** How often it has turned so far, about. */
  get beats(): bigint {
    return Atomics.load(this.#cells, BEATS)
  }

  /** Gives whether the value was less before. */
  #raise(cell: number, value: bigint): boolean {
    for (;;) {
      const was = Atomics.load(this.#cells, cell)
      if (was >= value) return false
      if (Atomics.compareExchange(this.#cells, cell, was, value) === was) return true
    }
  }
}

const [VALID_UNTIL, VALID_UNTIL_WALL, LAPSES, LAPSED_AT, BEATS, CELLS] = [0, 1, 2, 3, 4, 5]

/**
 * A moment by two clocks, in nanoseconds. The monotonic one can't be set, but stands still while a machine sleeps; the
 * wall clock goes on. Only differences count, and the clock that says that less is left is believed.
 */
export type Moment = { readonly monotonic: bigint; readonly wall: bigint }

/** This moment by both clocks. */
export function now(): Moment {
  return { monotonic: process.hrtime.bigint(), wall: BigInt(Date.now()) * 1_000_000n }
}
