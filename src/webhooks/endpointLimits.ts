import type { Room } from '../store/messages/claim.ts'

/** What is known here of one endpoint. */
type EndpointLimit = {
  /** Messages that were claimed for it. */
  inHand: number
  /** Attempts that are being made. */
  inFlight: number
  bound: number
  answers: boolean
  /** Its last answer came soon. */
  quick: boolean
  /** Messages in hand that wait for their turn. */
  readonly waiting: ((mayBegin: boolean) => void)[]
}

/** What a claim may take. */
export type ClaimRoom = {
  readonly answering: readonly Room[]
  readonly answeringSlots: number
  readonly failing: readonly Room[]
  readonly otherSlots: number
  readonly strangerRoom: number
}

/** Messages in hand, all endpoints. */
const SLOTS = 512

/** Endpoints that don't answer, or of which nothing is known yet, share half of the slots: the others keep theirs. */
const OTHER_SLOTS = SLOTS / 2

/** Attempts in flight for one endpoint: twice as many after each delivery, up to the last; one after a failure. */
const STRANGER_BOUND = 2
const FAILING_BOUND = 1
const MAX_BOUND = 32

/** An endpoint that answers this soon is handed more than it is sent at once, so that claims are few and large. */
const QUICK_MS = 100
const AHEAD = 4

/** Endpoints that are remembered while nothing is sent to them. */
const MAX_REMEMBERED = 1000

/**
 * Who may be sent how much at once. An endpoint is known by how its last attempt went: one that answers gets more and
 * more, one that fails gets a single attempt at a time, so that slow and dead ones never take what the others need.
 */
export class EndpointLimits {
  /** In order of their last use. */
  readonly #endpoints = new Map<string, EndpointLimit>()
  #closed = false

  room(): ClaimRoom {
    const answering: Room[] = []
    const failing: Room[] = []
    let used = 0
    let usedByOthers = 0
    for (const [endpoint, limit] of this.#endpoints) {
      const room = Math.max(0, capacityOf(limit) - limit.inHand)
      used += limit.inHand
      if (!limit.answers) {
        usedByOthers += limit.inHand
        failing.push({ endpoint, room })
      } else if (room > 0) {
        answering.push({ endpoint, room })
      }
    }
    const answeringSlots = Math.max(0, SLOTS - used)
    const otherSlots = Math.max(0, Math.min(answeringSlots, OTHER_SLOTS - usedByOthers))
    return { answering, answeringSlots, failing, otherSlots, strangerRoom: STRANGER_BOUND }
  }

  /** A message for this endpoint was claimed. */
  enter(endpoint: string): void {
    const limit = this.#endpoints.get(endpoint) ?? newLimit()
    limit.inHand++
    this.#endpoints.delete(endpoint)
    this.#endpoints.set(endpoint, limit)
  }

  /** Waits for this endpoint's turn; false: it is to be given back, since the endpoint began to fail, or at the close. */
  begin(endpoint: string): Promise<boolean> {
    const limit = this.#endpoints.get(endpoint)
    if (this.#closed || limit === undefined) return Promise.resolve(false)
    if (limit.inFlight < limit.bound) {
      limit.inFlight++
      return Promise.resolve(true)
    }
    return new Promise((resolve) => limit.waiting.push(resolve))
  }

  /** An attempt is over; null: it was cut off. */
  end(endpoint: string, delivered: boolean | null, milliseconds: number): void {
    const limit = this.#endpoints.get(endpoint)
    if (limit === undefined) return
    limit.inFlight--
    if (delivered !== null) {
      limit.answers = delivered
      limit.quick = delivered && milliseconds < QUICK_MS
      limit.bound = delivered ? Math.min(MAX_BOUND, Math.max(STRANGER_BOUND, limit.bound) * 2) : FAILING_BOUND
    }
    if (delivered === false) release(limit)
    while (limit.inFlight < limit.bound && limit.waiting.length > 0) {
      limit.inFlight++
      limit.waiting.shift()?.(true)
    }
  }

  /** A message is no longer in hand. Gives whether there is room enough for another claim to be worth it. */
  leave(endpoint: string): boolean {
    const limit = this.#endpoints.get(endpoint)
    if (limit === undefined) return true
    limit.inHand--
    this.#forget()
    return !limit.answers || limit.inHand === 0 || capacityOf(limit) - limit.inHand >= limit.bound
  }

  /** Nobody gets a turn any more. */
  close(): void {
    this.#closed = true
    for (const limit of this.#endpoints.values()) release(limit)
  }

  /** Drops what was not used for longest, but nothing that is in use. */
  #forget(): void {
    if (this.#endpoints.size <= MAX_REMEMBERED) return
    for (const [endpoint, { inHand }] of this.#endpoints) {
      if (inHand > 0) continue
      this.#endpoints.delete(endpoint)
      return
    }
  }
}

function newLimit(): EndpointLimit {
  return { inHand: 0, inFlight: 0, bound: STRANGER_BOUND, answers: false, quick: false, waiting: [] }
}

function capacityOf({ bound, quick }: EndpointLimit): number {
  return quick ? bound * AHEAD : bound
}

function release({ waiting }: EndpointLimit): void {
  for (const giveBack of waiting.splice(0)) giveBack(false)
}
