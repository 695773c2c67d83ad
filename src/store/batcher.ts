import { setImmediate } from 'node:timers/promises'

/** Why a group commit takes nothing more. */
export class BatcherClosed extends Error {
  override readonly name = 'BatcherClosed'
}

/** How a batcher writes, and the bounds of a group. */
export type BatcherOptions<Item, Result> = {
  /** Writes a group in one statement; gives a result for each item, in order. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Result[]>
  /** At most so many items in one statement. */
  readonly maxItems: number
  /** At most about so many bytes in one statement; one larger item goes alone, and nobody else's small ones wait for it. */
  readonly maxBytes: number
  readonly bytesOf: (item: Item) => number
  /** Whether an error blames the data, so that halving the group finds the culprit. */
  readonly isDataError: (error: unknown) => boolean
  /** Told of each group that was written. */
  readonly onFlush?: (items: number) => void
}

type Waiting<Item, Result> = {
  item: Item
  bytes: number
  resolve: (result: Result) => void
  reject: (e: unknown) => void
}

/**
 * Waiting together: what comes in while a statement is on its way goes out with the next one. No timer: an idle one
 * writes at once, a busy one writes what has gathered. Each waits for its own result only.
 *
 * A group that fails because of its data is halved until the culprit stands alone, and only that one is rejected.
 */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>
  readonly #waiting: Waiting<Item, Result>[] = []
  #running: Promise<void> | null = null
  #closed = false

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options
  }

  /** @param bytes of the item, where the caller knows it already */
  submit(item: Item, bytes = this.#options.bytesOf(item)): Promise<Result> {
    if (this.#closed) return Promise.reject(new BatcherClosed('the store is closed'))
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    this.#waiting.push({ item, bytes, resolve, reject })
    this.#running ??= this.#run()
    return promise
  }

  /** Writes what is waiting, then takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    do {
      // What arrives in this turn of the event loop goes into one group. Behind a group, those whose results it gave are
      // answered first, and what they ask for next is read: groups twice as large, for a moment that nobody notices.
      await setImmediate()
      await this.#write(this.#nextGroup())
    } while (this.#waiting.length > 0)
    this.#running = null
  }

  /** Those that came first; large ones that do not fit are passed over, until it is their turn to be first. */
  #nextGroup(): Waiting<Item, Result>[] {
    const { maxItems, maxBytes } = this.#options
    const passed: Waiting<Item, Result>[] = []
    let bytes = 0
    let looked = 0
    for (const waiting of this.#waiting) {
      const taken = looked - passed.length
      const { bytes: size } = waiting
      const fits = taken === 0 || bytes + size <= maxBytes
      if (taken >= maxItems || (!fits && size <= maxBytes / 2)) break
      if (fits) bytes += size
      else passed.push(waiting)
      looked++
    }
    const group = this.#waiting.splice(0, looked, ...passed)
    return passed.length === 0 ? group : group.filter((waiting) => !passed.includes(waiting))
  }

  async #write(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.flush(group.map(({ item }) => item))
      for (const [i, result] of results.entries()) group[i]?.resolve(result)
      this.#options.onFlush?.(group.length)
    } catch (error) {
      if (group.length > 1 && this.#options.isDataError(error)) {
        const half = Math.ceil(group.length / 2)
        await this.#write(group.slice(0, half))
        await this.#write(group.slice(half))
      } else {
        for (const { reject } of group) reject(error)
      }
    }
  }
}
