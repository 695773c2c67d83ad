import type { Database } from '../../store/client.ts'
import { countQueued } from '../../store/jobs/read.ts'
import type { Telemetry } from '../../telemetry.ts'
import { ProblemError } from '../../wire/problem.ts'

const COUNT_MS = 1000

/** A job on its way into the queue. */
export type Arrival = {
  /** Says whether it was queued in the end. */
  settle(queued: boolean): void
}

/**
 * Knows how many jobs wait in the queue of all replicas: counted once a second, and in between by what comes and goes
 * here. A burst that comes to one replica meets the bound exactly; of one that comes to several, each may let in for a
 * second what the others don't know of yet.
 */
export class QueueBound {
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #bound: number
  readonly #timer: NodeJS.Timeout
  #waiting = 0
  /** On their way into the queue, not committed yet. */
  #arriving = 0
  /** Queued since the count that is on its way began: it may or may not have seen them. */
  #sinceCount = 0
  #counting = false

  constructor(database: Database, telemetry: Telemetry, bound: number) {
    this.#database = database
    this.#telemetry = telemetry
    this.#bound = bound
    this.#timer = setInterval(() => void this.#count(), COUNT_MS)
    void this.#count()
  }

  /**
   * Lets a job in that is to wait; `settle` says whether it was queued in the end. Throws a `ProblemError` `unavailable`
   * at the bound.
   */
  admit(): Arrival {
    if (this.#waiting + this.#arriving >= this.#bound) {
      throw new ProblemError('unavailable', `${this.#bound} jobs are waiting already`, { retryAfter: 5 })
    }
    this.#arriving++
    return {
      settle: (queued) => {
        this.#arriving--
        if (!queued) return
        this.#waiting++
        this.#sinceCount++
      },
    }
  }

  /** Jobs were taken out of the queue here. */
  left(jobs: number): void {
    this.#waiting = Math.max(0, this.#waiting - jobs)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #count(): Promise<void> {
    if (this.#counting) return
    this.#counting = true
    this.#sinceCount = 0
    try {
      const counted = await countQueued(this.#database, this.#bound)
      this.#waiting = counted + this.#sinceCount
    } catch (error) {
      this.#telemetry.emit('databaseFailed', { during: 'counting the queue', error })
    } finally {
      this.#counting = false
    }
  }
}
