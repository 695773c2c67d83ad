import type { Database } from '../store/client.ts'
import { reportStreams } from '../store/access/streams.ts'
import type { Signals } from '../signals.ts'
import type { Telemetry } from '../telemetry.ts'
import { ProblemError } from '../wire/problem.ts'

/** The streams of one tenant with a bound on them. */
type Count = {
  /** Open at this replica. */
  open: number
  /** Admitted, not open yet. */
  arriving: number
}

/**
 * Event streams that are open of each tenant with a bound on them, on all replicas together: each tells the database of
 * its own when one opens or closes. Two that open at the same moment at two replicas may pass the bound by one. Streams
 * of other tenants are only counted in memory.
 */
export class StreamBudget {
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #replica: () => number
  readonly #counts = new Map<string, Count>()
  /** Tenants of which the database was told. */
  readonly #told = new Set<string>()

  /** @param replica the id of this process among the replicas */
  constructor(database: Database, telemetry: Telemetry, signals: Signals, replica: () => number) {
    this.#database = database
    this.#telemetry = telemetry
    this.#replica = replica
    signals.streamOpened.on(({ tenant }) => {
      this.#countOf(tenant).open++
    })
    signals.streamClosed.on(({ tenant }) => this.#closed(tenant))
  }

  /**
   * Lets one more stream of a tenant in; what it gives is disposed of when the stream is open, or is not to be. Throws a
   * `ProblemError` `too-many-requests` at the bound.
   */
  async admit(tenant: string, bound: number | null): Promise<Disposable> {
    const count = this.#countOf(tenant)
    count.arriving++
    const slot = {
      [Symbol.dispose]: () => {
        count.arriving--
        this.#forget(tenant, count)
      },
    }
    if (bound === null) return slot
    try {
      if (count.open + count.arriving + (await this.#report(tenant, count)) <= bound) return slot
    } catch (error) {
      slot[Symbol.dispose]()
      throw error
    }
    slot[Symbol.dispose]()
    throw new ProblemError('too-many-requests', `the tenant may have ${bound} streams open`, { retryAfter: 5 })
  }

  #report(tenant: string, { open, arriving }: Count): Promise<number> {
    this.#told.add(tenant)
    return reportStreams(this.#database, tenant, this.#replica(), open + arriving)
  }

  #closed(tenant: string): void {
    const count = this.#countOf(tenant)
    count.open--
    this.#forget(tenant, count)
    if (!this.#told.has(tenant)) return
    this.#report(tenant, count).catch((error: unknown) => {
      // The next stream that opens or closes tells anew.
      this.#telemetry.emit('databaseFailed', { during: 'counting streams', error })
    })
  }

  #countOf(tenant: string): Count {
    const known = this.#counts.get(tenant)
    if (known !== undefined) return known
    const count = { open: 0, arriving: 0 }
    this.#counts.set(tenant, count)
    return count
  }

  #forget(tenant: string, { open, arriving }: Count): void {
    if (open + arriving === 0) this.#counts.delete(tenant)
  }
}
