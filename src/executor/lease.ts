import type { Database } from '../store/client.ts'
import { registerReplica, renewReplica, retireReplica, type LeaseState } from '../store/replica.ts'
import type { Telemetry } from '../telemetry.ts'
import { DatabaseClock } from './databaseClock.ts'

/**
 * The lease of this process: one row, renewed every third of its length. Everything the process runs hangs on it.
 *
 * Who is right when two disagree: the database. A replica that was silent for longer than the lease has lost what others
 * took over meanwhile, and learns of it at its next write, whose fence no longer fits. What nobody took goes on. The
 * local clock decides nothing; it only tells how much of the lease is left, so that no step with effects begins on its
 * last leg.
 */
export class Lease {
  readonly clock: DatabaseClock
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #seconds: number
  readonly #timer: NodeJS.Timeout
  #replica: number
  #expiresAt: number
  #renewing: Promise<void> | null = null

  private constructor(options: LeaseOptions, replica: number, state: LeaseState) {
    this.#database = options.database
    this.#telemetry = options.telemetry
    this.#seconds = options.seconds
    this.#replica = replica
    this.#expiresAt = state.expiresAt
    this.clock = new DatabaseClock(state.now)
    this.#timer = setInterval(() => void this.renew(), (options.seconds * 1000) / 3)
  }

  static async open(options: LeaseOptions): Promise<Lease> {
    const { id, lease } = await registerReplica(options.database, options.seconds)
    return new Lease(options, id, lease)
  }

  get replica(): number {
    return this.#replica
  }

  /** Makes sure that at least half of the lease is left, as it must be when a step with effects begins. */
  async ensureHalf(): Promise<void> {
    while (this.#expiresAt - this.clock.now() < this.#seconds * 500) await this.renew()
  }

  /** Renews at once; whoever asks meanwhile shares the answer. A database that is away is asked again at the next turn. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null
    })
    return this.#renewing
  }

  /** Ends the lease, so that nobody waits for it to run out. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#renewing
    await retireReplica(this.#database, this.#replica).catch((error: unknown) => {
      // The lease then runs out by itself.
      this.#telemetry.emit('databaseFailed', { during: 'retiring the replica', error })
    })
  }

  async #renew(): Promise<void> {
    try {
      const state = await renewReplica(this.#database, this.#replica, this.#seconds)
      if (state === null) await this.#register()
      else this.#take(state)
      this.#telemetry.emit('leaseRenewed', { replica: this.#replica })
    } catch (error) {
      this.#telemetry.emit('databaseFailed', { during: 'renewing the lease', error })
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  async #register(): Promise<void> {
    const { id, lease } = await registerReplica(this.#database, this.#seconds)
    this.#replica = id
    this.#take(lease)
  }

  #take({ now, expiresAt }: LeaseState): void {
    this.clock.sync(now)
    this.#expiresAt = expiresAt
  }
}

export type LeaseOptions = {
  readonly database: Database
  readonly telemetry: Telemetry
  readonly seconds: number
}
