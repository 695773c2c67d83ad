import type { Database } from '../store/client.ts'
import { revokedAmong } from '../store/access/goodKeys.ts'
import type { Telemetry } from '../telemetry.ts'

/** A revocation takes effect within 5 s, also on what is open already. */
const PERIOD_MS = 2000

/** Ends what stays open, such as an event stream, when the key that opened it is revoked: one query for all that is open. */
export class Revocations {
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #watched = new Map<string, Set<() => void>>()
  readonly #timer: NodeJS.Timeout
  #looking: Promise<void> | null = null

  constructor(database: Database, telemetry: Telemetry) {
    this.#database = database
    this.#telemetry = telemetry
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = null
      })
    }, PERIOD_MS)
  }

  /** Calls `end` when the key is revoked, at most once; what this gives ends the watch. */
  watch(keyId: string, end: () => void): () => void {
    const ends = this.#watched.get(keyId) ?? new Set()
    this.#watched.set(keyId, ends.add(end))
    return () => {
      ends.delete(end)
      if (ends.size === 0 && this.#watched.get(keyId) === ends) this.#watched.delete(keyId)
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }

  async #look(): Promise<void> {
    if (this.#watched.size === 0) return
    try {
      for (const keyId of await revokedAmong(this.#database, [...this.#watched.keys()])) this.#end(keyId)
    } catch (error) {
      // Without the database nothing new is told to those who watch; the next turn asks again.
      this.#telemetry.emit('databaseFailed', { during: 'looking for revoked keys', error })
    }
  }

  #end(keyId: string): void {
    const ends = this.#watched.get(keyId) ?? new Set()
    this.#watched.delete(keyId)
    for (const end of ends) end()
  }
}
