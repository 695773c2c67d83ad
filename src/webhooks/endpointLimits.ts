import type { Room } from '../store/messages/claim.ts'

/** What is known here of one endpoint. */
type Lane = {
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
export class Lanes {
  /** In order of their last use. */
  readonly #lanes = new Map<string, Lane>()
  #closed = false

  room(): ClaimRoom {
    const answering: Room[] = []
    const failing: Room[] = []
    let used = 0
    let usedByOthers = 0
    for (const [endpoint, lane] of this.#lanes) {
      const room = Math.max(0, capacityOf(lane) - lane.inHand)
      used += lane.inHand
      if (!lane.answers) {
        usedByOthers += lane.inHand
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
    const lane = this.#lanes.get(endpoint) ?? newLane()
    lane.inHand++
    this.#lanes.delete(endpoint)
    this.#lanes.set(endpoint, lane)
  }

  /** Waits for this endpoint's turn; false: it is to be given back, since the endpoint began to fail, or at the close. */
  begin(endpoint: string): Promise<boolean> {
    const lane = this.#lanes.get(endpoint)
    if (this.#closed || lane === undefined) return Promise.resolve(false)
    if (lane.inFlight < lane.bound) {
      lane.inFlight++
      return Promise.resolve(true)
    }
    return new Promise((resolve) => lane.waiting.push(resolve))
  }

  /** An attempt is over; null: it was cut off. */
  end(endpoint: string, delivered: boolean | null, milliseconds: number): void {
    const lane = this.#lanes.get(endpoint)
    if (lane === undefined) return
    lane.inFlight--
    if (delivered !== null) {
      lane.answers = delivered
      lane.quick = delivered && milliseconds < QUICK_MS
      lane.bound = delivered ? Math.min(MAX_BOUND, Math.max(STRANGER_BOUND, lane.bound) * 2) : FAILING_BOUND
    }
    if (delivered === false) release(lane)
    while (lane.inFlight < lane.bound && lane.waiting.length > 0) {
      lane.inFlight++
      lane.waiting.shift()?.(true)
    }
  }

  /** A message is no longer in hand. Gives whether there is room enough for another claim to be worth it. */
  leave(endpoint: string): boolean {
    const lane = this.#lanes.get(endpoint)
    if (lane === undefined) return true
    lane.inHand--
    this.#forget()
    return !lane.answers || lane.inHand === 0 || capacityOf(lane) - lane.inHand >= lane.bound
  }

  /** Nobody gets a turn any more. */
  close(): void {
    this.#closed = true
    for (const lane of this.#lanes.values()) release(lane)
  }

  /** Drops what was not used for longest, but nothing that is in use. */
  #forget(): void {
    if (this.#lanes.size <= MAX_REMEMBERED) return
    for (const [endpoint, { inHand }] of this.#lanes) {
      if (inHand > 0) continue
      this.#lanes.delete(endpoint)
      return
    }
  }
}

function newLane(): Lane {
  return { inHand: 0, inFlight: 0, bound: STRANGER_BOUND, answers: false, quick: false, waiting: [] }
}

function capacityOf({ bound, quick }: Lane): number {
  return quick ? bound * AHEAD : bound
}

function release({ waiting }: Lane): void {
  for (const giveBack of waiting.splice(0)) giveBack(false)
}
