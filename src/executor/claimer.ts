import type { Database } from '../store/client.ts'
import { type ClaimedJob, claimJobs } from '../store/jobs/claim.ts'
import type { Telemetry } from '../telemetry.ts'
import type { Lease } from './lease.ts'
import type { Slots } from './slots.ts'

/** Work that others queued, or that became due, is found this soon; what is queued here is found at once. */
const POLL_MS = 500

export type ClaimerOptions = {
  readonly database: Database
  readonly telemetry: Telemetry
  readonly lease: Lease
  readonly slots: Slots
  /** Takes each claimed job over; its slot is reserved until this returns. */
  readonly begin: (job: ClaimedJob, provedAt: number) => void
}

/** Fills free slots from the queue: one claim at a time, woken by `poke`, and by a slow poll underneath. */
export class Claimer {
  readonly #options: ClaimerOptions
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | null = null
  #again = false
  #stopped = false
  #soon: NodeJS.Immediate | null = null
  #lastTenant = ''
  #queueEmpty = false

  constructor(options: ClaimerOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.poke(), POLL_MS)
    this.poke()
  }

  /**
   * Whether the last claim left nothing over: only then may a new job begin without having been in the queue, or it
   * would overtake those that wait.
   */
  get queueEmpty(): boolean {
    return this.#queueEmpty
  }

  /** A job was queued here. */
  queued(): void {
    this.#queueEmpty = false
    this.poke()
  }

  /**
   * A slot was freed here: there is something to claim only if the last claim left something over. Slots that are freed
   * in one turn of the event loop are filled by one claim.
   */
  freed(): void {
    if (this.#queueEmpty || this.#soon !== null) return
    this.#soon = setImmediate(() => {
      this.#soon = null
      this.poke()
    })
  }

  poke(): void {
    if (this.#stopped) return
    if (this.#running !== null) {
      this.#again = true
      return
    }
    if (this.#options.slots.free === 0) return
    this.#running = this.#claim().finally(() => {
      this.#running = null
      const again = this.#again
      this.#again = false
      if (again) this.poke()
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#running
  }

  async #claim(): Promise<void> {
    const { database, telemetry, lease, slots, begin } = this.#options
    const { free } = slots
    if (free === 0) return
    // Where nothing is known to wait, jobs that come in meanwhile find the other half free.
    const wanted = this.#queueEmpty ? Math.ceil(free / 2) : free
    slots.reserve(wanted)
    const provedAt = lease.lapses
    try {
      const { jobs, lastTenant } = await claimJobs(database, lease.replica, wanted, this.#lastTenant)
      this.#lastTenant = lastTenant
      this.#queueEmpty = jobs.length < wanted
      if (jobs.length === wanted) this.#again = true
      for (const job of jobs) begin(job, provedAt)
      if (jobs.length > 0) telemetry.emit('claimed', { jobs: jobs.length })
    } catch (error) {
      telemetry.emit('databaseFailed', { during: 'claiming', error })
    } finally {
      slots.unreserve(wanted)
    }
  }
}
