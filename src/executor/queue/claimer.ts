import type { Database } from '../../store/client.ts'
import { type ClaimedJob, claimJobs } from '../../store/jobs/claim.ts'
import type { Telemetry } from '../../telemetry.ts'
import type { Lease } from '../lease/lease.ts'
import type { Declined } from './declined.ts'
import type { Slots } from './slots.ts'
import type { SuspectTurn } from './suspectTurn.ts'

/** Work that others queued, or that became due, is found this soon; what is queued here is found at once. */
export const POLL_MS = 500

/** Where so many claims in a row met only tenants at their bounds, the next poll goes on. */
const MAX_FRUITLESS = 16

/** What a claimer claims for, and what it is not to claim. */
export type ClaimerOptions = {
  readonly database: Database
  readonly telemetry: Telemetry
  readonly lease: Lease
  readonly slots: Slots
  /** Jobs that are not to be claimed here. */
  readonly declined: Declined
  /** Whether a suspect runs here: then no other is claimed. */
  readonly turn: Pick<SuspectTurn, 'takeoversBelow'>
  /** Takes each claimed job over; its slot is reserved until this returns. */
  readonly begin: (job: ClaimedJob, provedAt: number) => void
  /** So many jobs have left the queue. */
  readonly onClaimed: (jobs: number) => void
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
  /** Tenants that may have work and no room for it: each job that ends may make some. */
  #heldBack: ReadonlySet<string> = new Set()
  /** Those that were found to be such since the last claim began: it may not have seen their work. */
  #heldBackSince = new Set<string>()
  /** A job was queued that the last claim may not have seen, and that new jobs of others need not wait for. */
  #unseen = false
  /** Claims in a row that met only tenants without room. */
  #fruitless = 0

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

  /** Whether jobs of a tenant may wait that the last claim left, since the tenant has as many slots as it may. */
  isHeldBack(tenant: string): boolean {
    return this.#heldBack.has(tenant) || this.#heldBackSince.has(tenant)
  }

  /** There may be something in the queue that no claim has seen. */
  queued(): void {
    this.#queueEmpty = false
    this.poke()
  }

  /**
   * A job of a tenant was queued here. Where the tenant has all slots that it may have, nobody can claim it before one of
   * them is free, and new jobs of others overtake nothing that could run: what one tenant piles up is no queue to them.
   * Nor is it where its bound on what runs at once keeps its jobs in the queue, as long as slots are free: the claim that
   * begins reserves them first.
   */
  queuedFor(tenant: string, isBounded: boolean): void {
    const { slots } = this.#options
    if (slots.isAtShare(tenant)) this.#heldBackSince.add(tenant)
    else if (isBounded && slots.free > 0) {
      this.#heldBackSince.add(tenant)
      this.#unseen = true
      this.poke()
    } else this.queued()
  }

  /**
   * A slot was freed here: there is something to claim only if the last claim left something over, or held it back. Slots that are freed
   * in one turn of the event loop are filled by one claim.
   */
  freed(): void {
    if (this.#soon !== null) return
    if (this.#queueEmpty && this.#heldBack.size === 0 && this.#heldBackSince.size === 0) return
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
    if (this.#options.slots.free === 0) {
      // Each slot that is freed would go to a new job of another.
      if (this.#unseen) this.#queueEmpty = false
      return
    }
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
    const { database, telemetry, lease, slots, declined, turn, begin, onClaimed } = this.#options
    const { free } = slots
    if (free === 0) return
    // Where nothing is known to wait, jobs that come in meanwhile find the other half free.
    const wanted = this.#queueEmpty ? Math.ceil(free / 2) : free
    const taken = slots.taken()
    slots.reserve(wanted)
    const provedAt = lease.lapses
    this.#unseen = false
    this.#heldBack = new Set([...this.#heldBack, ...this.#heldBackSince])
    this.#heldBackSince = new Set()
    try {
      const { jobs, lastTenant, more, heldBack } = await claimJobs(database, {
        holder: lease.holder,
        count: wanted,
        afterTenant: this.#lastTenant,
        declined: declined.nonces(),
        takeoversBelow: turn.takeoversBelow,
        share: slots.share,
        taken,
      })
      this.#lastTenant = lastTenant
      this.#heldBack = new Set(heldBack)
      this.#queueEmpty = jobs.length < wanted && !more
      this.#fruitless = jobs.length > 0 ? 0 : this.#fruitless + 1
      if (jobs.length === wanted || (more && this.#fruitless < MAX_FRUITLESS)) this.#again = true
      for (const job of jobs) begin(job, provedAt)
      if (jobs.length > 0) {
        onClaimed(jobs.length)
        telemetry.emit('claimed', { jobs: jobs.length })
      }
    } catch (error) {
      telemetry.emit('databaseFailed', { during: 'claiming', error })
    } finally {
      slots.unreserve(wanted)
    }
  }
}
