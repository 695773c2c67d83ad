import type { Database } from '../../store/client.ts'
import { wakeDueJobs } from '../../store/waits/wake.ts'
import type { Telemetry } from '../../telemetry.ts'

/** What others suspended is looked for this soon. */
const LOOK_MS = 500

/** So many jobs are moved by one statement, of so many that are due first. */
const BATCH = 500
const LOOKED_AT = 5000

/** Where due jobs are moved to the queue, and who is told. */
export type WakerOptions = {
  readonly database: Database
  readonly telemetry: Telemetry
  /** There is something to claim. */
  readonly onQueued: () => void
}

/**
 * Moves jobs whose moment has come into the queue: when the next one is due as far as is known here, and at the latest
 * after half a second. Every replica does; none is needed for another's jobs, and it holds nothing of them in memory.
 */
export class Waker {
  readonly #options: WakerOptions
  #timer: NodeJS.Timeout
  #dueAt = Number.POSITIVE_INFINITY
  #running: Promise<void> | null = null
  #stopped = false

  constructor(options: WakerOptions) {
    this.#options = options
    this.#timer = setTimeout(() => this.#look(), 0)
  }

  /** A job was suspended, or scheduled, here: it is due in so long. */
  expect(milliseconds: number): void {
    const at = performance.now() + Math.max(0, milliseconds)
    if (this.#running === null && at < this.#dueAt) this.#lookAt(at)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#running
  }

  #lookAt(at: number): void {
    clearTimeout(this.#timer)
    if (this.#stopped) return
    this.#dueAt = at
    this.#timer = setTimeout(() => this.#look(), Math.max(0, at - performance.now()))
  }

  #look(): void {
    this.#running = this.#wake().then((nextInMs) => {
      this.#running = null
      this.#lookAt(performance.now() + Math.min(nextInMs ?? LOOK_MS, LOOK_MS))
    })
  }

  /** Gives the milliseconds until the next look is worth it. */
  async #wake(): Promise<number | null> {
    const { database, telemetry, onQueued } = this.#options
    try {
      const { jobs, nextInMs } = await wakeDueJobs(database, BATCH, LOOKED_AT)
      if (jobs > 0) {
        telemetry.emit('woken', { jobs })
        onQueued()
      }
      return jobs === BATCH ? 0 : nextInMs
    } catch (error) {
      telemetry.emit('databaseFailed', { during: 'waking jobs', error })
      return LOOK_MS
    }
  }
}
