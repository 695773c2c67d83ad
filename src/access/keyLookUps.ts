import { findKeys, type FoundKey } from '../store/access/goodKeys.ts'
import type { Database } from '../store/client.ts'

/** At most so many at once; what is more is asked for by the next statement. */
const MAX_AT_ONCE = 500

/**
 * Looks keys up, those that are asked for meanwhile together: one statement at a time, whatever somebody who makes keys up
 * sends, so guessing costs the database no more than a connection and others wait for one statement at most.
 */
export class KeyLookUps {
  readonly #database: Database
  readonly #wanted = new Map<string, PromiseWithResolvers<FoundKey | null>>()
  #looking = false

  constructor(database: Database) {
    this.#database = database
  }

  /** A key that is there and not revoked, maybe expired; null: there is none. Fails where the database is away. */
  find(id: string): Promise<FoundKey | null> {
    const known = this.#wanted.get(id)
    if (known !== undefined) return known.promise
    const wanted = Promise.withResolvers<FoundKey | null>()
    this.#wanted.set(id, wanted)
    if (!this.#looking) void this.#look()
    return wanted.promise
  }

  async #look(): Promise<void> {
    this.#looking = true
    while (this.#wanted.size > 0) {
      const batch = [...this.#wanted].slice(0, MAX_AT_ONCE)
      for (const [id] of batch) this.#wanted.delete(id)
      try {
        const found = new Map(
          (
            await findKeys(
              this.#database,
              batch.map(([id]) => id),
            )
          ).map((key) => [key.id, key]),
        )
        for (const [id, { resolve }] of batch) resolve(found.get(id) ?? null)
      } catch (error) {
        for (const [, { reject }] of batch) reject(error)
      }
    }
    this.#looking = false
  }
}
