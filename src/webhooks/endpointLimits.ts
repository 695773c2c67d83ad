import type { EndpointRoom, HostRoom, SharedRoom } from '../store/messages/claim.ts'
import { HostLimits } from './hostLimits.ts'

/** What is known here of one endpoint. */
type EndpointLimit = {
  readonly tenant: string
  /** Messages that were claimed for it. */
  inHand: number
  /** Attempts that are being made. */
  inFlight: number
  bound: number
  answers: boolean
  /** Its last answer came soon. */
  quick: boolean
  /** Where its last message went, or null while nothing was sent. */
  host: string | null
  /** Messages in hand that wait for their turn. */
  readonly waiting: ((mayBegin: boolean) => void)[]
}

/** The right to make one attempt. */
export type Turn = {
  /** The attempt is over; `delivered` null: it was cut off. */
  end(delivered: boolean | null, milliseconds: number): void
}

/** What a claim may take. */
export type ClaimRoom = {
  readonly answering: readonly EndpointRoom[]
  readonly answeringSlots: number
  /**
   * Endpoints whose host has less room than they have together, and these hosts. Those of the tenant that has the fewest
   * messages in hand there come first, of these the least served.
   */
  readonly shared: readonly SharedRoom[]
  readonly hosts: readonly HostRoom[]
  readonly failing: readonly EndpointRoom[]
  readonly otherSlots: number
  readonly strangerRoom: number
}

/** Messages in hand, all endpoints. */
const SLOTS = 512

/** Endpoints that don't answer, or of which nothing is known yet, share half of the slots: the others keep theirs. */
const OTHER_SLOTS = SLOTS / 2

/** Attempts in flight for one endpoint: twice as many after each delivery, up to the last or what its host may; one after a failure. */
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
  readonly #hosts: HostLimits
  readonly #maxBound: number
  #closed = false

  /** @param perHost attempts at one host at once */
  constructor(perHost: number) {
    this.#hosts = new HostLimits(perHost)
    this.#maxBound = Math.min(MAX_BOUND, perHost)
  }

  room(): ClaimRoom {
    const answering: EndpointRoom[] = []
    const failing: EndpointRoom[] = []
    const shared: (SharedRoom & { readonly ahead: number })[] = []
    const hosts = this.#fullHosts()
    const inHandOf = this.#inHandByTenant(hosts)
    let used = 0
    let usedByOthers = 0
    for (const [endpoint, limit] of this.#endpoints) {
      const { answers, host, inHand } = limit
      const room = roomOf(limit)
      used += inHand
      if (!answers) usedByOthers += inHand
      if (host !== null && hosts.has(host)) {
        shared.push({ endpoint, room, host, answers, ahead: inHandOf.get(`${host} ${limit.tenant}`) ?? 0 })
      } else if (!answers) failing.push({ endpoint, room })
      else if (room > 0) answering.push({ endpoint, room })
    }
    const answeringSlots = Math.max(0, SLOTS - used)
    const otherSlots = Math.max(0, Math.min(answeringSlots, OTHER_SLOTS - usedByOthers))
    return {
      answering,
      answeringSlots,
      failing,
      otherSlots,
      strangerRoom: STRANGER_BOUND,
      shared: shared.sort((a, b) => a.ahead - b.ahead),
      hosts: [...hosts].map(([host, room]) => ({ host, room })),
    }
  }

  /** A message for this endpoint was claimed. */
  enter(endpoint: string, tenant: string): void {
    const limit = this.#endpoints.get(endpoint) ?? newLimit(tenant)
    limit.inHand++
    if (limit.host !== null) this.#hosts.take(limit.host, 1)
    this.#endpoints.delete(endpoint)
    this.#endpoints.set(endpoint, limit)
  }

  /**
   * Waits for a turn of the endpoint, then of the host. Null: the message is to be given back, since the endpoint began to
   * fail, or too many wait for the host already, or at the close.
   */
  async begin(endpoint: string, tenant: string, host: string): Promise<Turn | null> {
    const limit = this.#endpoints.get(endpoint)
    if (this.#closed || limit === undefined) return null
    this.#goesTo(limit, host)
    if (!(await turnOf(limit))) return null
    if (!(await this.#hosts.begin(host, tenant))) {
      leaveTurn(limit)
      return null
    }
    return {
      end: (delivered, milliseconds) => {
        this.#hosts.end(host, tenant)
        if (delivered !== null) this.#learn(limit, delivered, milliseconds)
        leaveTurn(limit)
      },
    }
  }

  /** A message is no longer in hand. Gives whether there is room enough for another claim to be worth it. */
  leave(endpoint: string): boolean {
    const limit = this.#endpoints.get(endpoint)
    if (limit === undefined) return true
    limit.inHand--
    if (limit.host !== null) this.#hosts.take(limit.host, -1)
    this.#forget()
    if (limit.host !== null && !this.#hosts.isWorthAClaim(limit.host)) return false
    return !limit.answers || limit.inHand === 0 || capacityOf(limit) - limit.inHand >= limit.bound
  }

  /** Nobody gets a turn any more. */
  close(): void {
    this.#closed = true
    this.#hosts.close()
    for (const limit of this.#endpoints.values()) release(limit)
  }

  #learn(limit: EndpointLimit, delivered: boolean, milliseconds: number): void {
    limit.answers = delivered
    limit.quick = delivered && milliseconds < QUICK_MS
    limit.bound = delivered ? Math.min(this.#maxBound, Math.max(STRANGER_BOUND, limit.bound) * 2) : FAILING_BOUND
    if (!delivered) release(limit)
  }

  /** The hosts that have less room than their endpoints together, and how much. */
  #fullHosts(): Map<string, number> {
    const wanted = new Map<string, number>()
    for (const limit of this.#endpoints.values()) {
      if (limit.host !== null) wanted.set(limit.host, (wanted.get(limit.host) ?? 0) + roomOf(limit))
    }
    const rooms = [...wanted].map(([host, room]): [string, number, number] => [host, room, this.#hosts.room(host)])
    return new Map(rooms.filter(([, room, left]) => room > left).map(([host, , left]) => [host, left]))
  }

  /** What each tenant has in hand at each of some hosts. */
  #inHandByTenant(hosts: ReadonlyMap<string, number>): Map<string, number> {
    const inHand = new Map<string, number>()
    for (const limit of this.#endpoints.values()) {
      if (limit.host === null || !hosts.has(limit.host)) continue
      const key = `${limit.host} ${limit.tenant}`
      inHand.set(key, (inHand.get(key) ?? 0) + limit.inHand)
    }
    return inHand
  }

  /** Now that a message is composed its host is known; a webhook's may have changed. */
  #goesTo(limit: EndpointLimit, host: string): void {
    if (limit.host === host) return
    if (limit.host !== null) this.#hosts.take(limit.host, -limit.inHand)
    this.#hosts.take(host, limit.inHand)
    limit.host = host
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

function newLimit(tenant: string): EndpointLimit {
  return {
    tenant,
    inHand: 0,
    inFlight: 0,
    bound: STRANGER_BOUND,
    answers: false,
    quick: false,
    host: null,
    waiting: [],
  }
}

function turnOf(limit: EndpointLimit): Promise<boolean> {
  if (limit.inFlight >= limit.bound) return new Promise((resolve) => limit.waiting.push(resolve))
  limit.inFlight++
  return Promise.resolve(true)
}

function leaveTurn(limit: EndpointLimit): void {
  limit.inFlight--
  while (limit.inFlight < limit.bound && limit.waiting.length > 0) {
    limit.inFlight++
    limit.waiting.shift()?.(true)
  }
}

function roomOf(limit: EndpointLimit): number {
  return Math.max(0, capacityOf(limit) - limit.inHand)
}

function capacityOf({ bound, quick }: EndpointLimit): number {
  return quick ? bound * AHEAD : bound
}

function release({ waiting }: EndpointLimit): void {
  for (const giveBack of waiting.splice(0)) giveBack(false)
}
