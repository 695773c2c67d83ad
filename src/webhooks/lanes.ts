import type { Room } from '../store/messages/claim.ts'

/** What is known here of one endpoint. */
type Lane = { inFlight: number; bound: number; answers: boolean }

/** Attempts in flight, all endpoints. */
const SLOTS = 512

/** Endpoints that don't answer, or of which nothing is known yet, share half of the slots: the others keep theirs. */
const OTHER_SLOTS = SLOTS / 2

/** Attempts in flight for one endpoint: twice as many after each delivery, up to the last; one after a failure. */
const STRANGER_BOUND = 2
const FAILING_BOUND = 1
const MAX_BOUND = 32

/** Endpoints that are remembered while nothing is sent to them. */
const MAX_REMEMBERED = 1000

/**
 * Who may be sent how much at once. An endpoint is known by how its last attempt went: one that answers gets more and
 * more, one that fails gets a single attempt at a time, so that slow and dead ones never take what the others need.
 */
export class Lanes {
  /** In order of their last use. */
  readonly #lanes = new Map<string, Lane>()

  /** What a claim may take. */
  room(): {
    answering: Room[]
    answeringSlots: number
    failing: Room[]
    otherSlots: number
    strangerRoom: number
  } {
    const answering: Room[] = []
    const others: Room[] = []
    let used = 0
    let usedByOthers = 0
    for (const [endpoint, { inFlight, bound, answers }] of this.#lanes) {
      used += inFlight
      if (answers) {
        if (inFlight < bound) answering.push({ endpoint, room: bound - inFlight })
      } else {
        usedByOthers += inFlight
        others.push({ endpoint, room: Math.max(0, bound - inFlight) })
      }
    }
    const free = Math.max(0, SLOTS - used)
    const otherSlots = Math.max(0, Math.min(free, OTHER_SLOTS - usedByOthers))
    return { answering, answeringSlots: free, failing: others, otherSlots, strangerRoom: STRANGER_BOUND }
  }

  enter(endpoint: string): void {
    const lane = this.#lanes.get(endpoint) ?? { inFlight: 0, bound: STRANGER_BOUND, answers: false }
    lane.inFlight++
    this.#lanes.delete(endpoint)
    this.#lanes.set(endpoint, lane)
  }

  /** An attempt is over; null: none was made. */
  leave(endpoint: string, delivered: boolean | null): void {
    const lane = this.#lanes.get(endpoint)
    if (lane === undefined) return
    lane.inFlight--
    if (delivered !== null) {
      lane.answers = delivered
      lane.bound = delivered ? Math.min(MAX_BOUND, Math.max(STRANGER_BOUND, lane.bound) * 2) : FAILING_BOUND
    }
    this.#forget()
  }

  /** Drops what was not used for longest, but nothing that is in use. */
  #forget(): void {
    if (this.#lanes.size <= MAX_REMEMBERED) return
    for (const [endpoint, { inFlight }] of this.#lanes) {
      if (inFlight > 0) continue
      this.#lanes.delete(endpoint)
      return
    }
  }
}
