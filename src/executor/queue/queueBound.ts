import type { Database } from '../../store/client.ts'
import { countQueued, countShares } from '../../store/jobs/read.ts'
import type { Telemetry } from '../../telemetry.ts'
import { ProblemError } from '../../wire/problem.ts'
import { type Arrival, TenantQueues } from './tenantQueues.ts'

const COUNT_MS = 1000

/**
 * Knows how many jobs wait in the queue of all replicas: counted once a second, and in between by what comes and goes
 * here. A burst that comes to one replica meets the bound exactly; of one that comes to several, each may let in for a
 * second what the others don't know of yet.
 *
 * At the bound a tenant that has less than its share of it is let in all the same: the bound over the number of those that
 * wait. So one that fills the queue shuts itself out and nobody else.
 */
export class QueueBound {
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #bound: number
  readonly #timer: NodeJS.Timeout
  readonly #shares: TenantQueues
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
    this.#shares = new TenantQueues(database, countShares)
    this.#timer = setInterval(() => void this.#count(), COUNT_MS)
    void this.#count()
  }

  /**
   * Lets a job in that is to wait; `settle` says whether it was queued in the end. Throws a `ProblemError` `unavailable`
   * at the bound, where its tenant has its share.
   */
  async admit(tenant: string): Promise<Arrival> {
    if (this.#waiting + this.#arriving < this.#bound) return this.#arrival(this.#shares.note(tenant))
    const ofShare = await this.#shares.admit(tenant, this.#bound)
    if (ofShare === null) {
      throw new ProblemError('unavailable', `${this.#bound} jobs are waiting already`, { retryAfter: 5 })
    }
    return this.#arrival(ofShare)
  }

  #arrival(ofShare: Arrival): Arrival {
    this.#arriving++
    return {
      settle: (queued) => {
        ofShare.settle(queued)
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
