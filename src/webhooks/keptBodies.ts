import { LRUCache } from 'lru-cache'

/** In bytes, of all bodies together; and the least of one: smaller ones are sooner made than kept. */
const KEPT_BYTES = 16 * 1024 * 1024
const LEAST_BYTES = 16 * 1024

/**
 * Bodies as bytes, which is what is signed and sent. A large one is made once for all webhooks that are told the same,
 * and kept for those whose turn comes later: the end of a job with large variables had been made, and the event loop
 * held, once for each of sixty webhooks.
 */
export class KeptBodies {
  readonly #kept = new LRUCache<string, Uint8Array>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ byteLength }) => byteLength,
  })

  /**
   * @param key what is told, by which it is found again
   * @param make gives the body; null: what it tells is gone
   */
  of(key: string, make: () => string | null): Uint8Array | null {
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    const text = make()
    if (text === null) return null
    const body = Buffer.from(text)
    if (body.byteLength >= LEAST_BYTES) this.#kept.set(key, body)
    return body
  }
}
