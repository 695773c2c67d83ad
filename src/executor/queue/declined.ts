import { LRUCache } from 'lru-cache'

/** A claim compares each job that it looks at with so many at most. */
const MAX_JOBS = 200

/** What is registered here does not change, but a job may have lost its last hope of another replica. */
const MILLISECONDS = 60_000

/**
 * The jobs that this replica gave back because it lacks a block of theirs, by their nonces. Its claims leave them alone
 * for a minute: put back for some seconds only, a job was taken by the same replica again and again.
 */
export class Declined {
  readonly #nonces = new LRUCache<string, true>({ max: MAX_JOBS, ttl: MILLISECONDS })

  /** Leaves a job alone from now on; false where there are too many of them. */
  add(nonce: string): boolean {
    this.#nonces.purgeStale()
    if (this.#nonces.size >= MAX_JOBS) return false
    this.#nonces.set(nonce, true)
    return true
  }

  nonces(): string[] {
    return [...this.#nonces.keys()]
  }
}
