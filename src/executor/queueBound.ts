import type { Database } from '../store/client.ts'
import { countQueued } from '../store/jobs/read.ts'
import type { Telemetry } from '../telemetry.ts'

const COUNT_MS = 1000

/**
 * Knows, about closely enough, how many jobs wait in the queue of all replicas: counted once a second while something
 * waits, and no further than the bound.
 */
export class QueueBound {
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #bound: number
  readonly #timer: NodeJS.Timeout
  #queued = 0
  #suspected = false

  constructor(database: Database, telemetry: Telemetry, bound: number) {
    this.#database = database
    this.#telemetry = telemetry
    this.#bound = bound
    this.#timer = setInterval(() => void this.#count(), COUNT_MS)
  }

  get isFull(): boolean {
    return this.#queued >= this.#bound
  }

  /** A job was queued here. */
  queued(): void {
    this.#queued++
    this.#suspected = true
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #count(): Promise<void> {
    if (!this.#suspected) return
    try {
      this.#queued = await countQueued(this.#database, this.#bound)
      this.#suspected = this.#queued > 0
    } catch (error) {
      this.#telemetry.emit('databaseFailed', { during: 'counting the queue', error })
    }
  }
}
