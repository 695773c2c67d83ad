import type { Database } from '../store/client.ts'
import { noteUse } from '../store/access/goodKeys.ts'
import type { Telemetry } from '../telemetry.ts'

const FLUSH_MS = 5000

/** Keeps when keys were last used: in memory, and every few seconds in one statement for all of them. */
export class KeyUse {
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  #used = new Map<string, number>()
  #writing: Promise<void> = Promise.resolve()

  constructor(database: Database, telemetry: Telemetry, now: () => number) {
    this.#database = database
    this.#telemetry = telemetry
    this.#now = now
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS)
  }

  note(keyId: string): void {
    this.#used.set(keyId, this.#now())
  }

  /** Writes what was noted. What the database does not take is lost: the next use tells again. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#flush())
    return this.#writing
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }

  async #flush(): Promise<void> {
    if (this.#used.size === 0) return
    const used = this.#used
    this.#used = new Map()
    const now = this.#now()
    const ages = new Map([...used].map(([id, at]) => [id, now - at]))
    await noteUse(this.#database, ages).catch((error: unknown) => {
      this.#telemetry.emit('databaseFailed', { during: 'noting the use of keys', error })
    })
  }
}
