import { Batcher, type BatcherOptions } from './batcher.ts'

/** What is larger is written beside what is small. */
const LARGE_BYTES = 64 * 1024

/**
 * Waiting together by weight: one statement at a time of small items, and one beside it of large ones. A statement of a
 * megabyte takes Postgres as long as hundreds of small items do, and those who send none would wait for it.
 */
export class WeighedBatcher<Item, Result> {
  readonly #bytesOf: (item: Item) => number
  readonly #small: Batcher<Item, Result>
  readonly #large: Batcher<Item, Result>

  constructor(options: BatcherOptions<Item, Result>) {
    this.#bytesOf = options.bytesOf
    this.#small = new Batcher(options)
    this.#large = new Batcher(options)
  }

  submit(item: Item): Promise<Result> {
    const bytes = this.#bytesOf(item)
    return (bytes > LARGE_BYTES ? this.#large : this.#small).submit(item, bytes)
  }

  /** Writes what is waiting, then takes nothing more. */
  async close(): Promise<void> {
    await Promise.all([this.#small.close(), this.#large.close()])
  }
}
