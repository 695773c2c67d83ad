/** Attempts at one host, of all tenants and endpoints. */
type Host = {
  /** Messages that were claimed for it, as far as that is known. */
  inHand: number
  inFlight: number
  /** How many of them are whose. */
  readonly byTenant: Map<string, number>
  readonly waiting: Waiting[]
}

/** So many times as many are in hand as are sent at once, so that claims are few and large. */
const AHEAD = 4

type Waiting = { readonly tenant: string; readonly begin: (mayBegin: boolean) => void }

/**
 * How many attempts one host sees at once, whoever wants them: webhooks by the hundred of one host share one bound. A
 * turn that comes free goes to the tenant that has the fewest.
 */
export class HostLimits {
  readonly #bound: number
  readonly #hosts = new Map<string, Host>()

  /** @param bound attempts at one host at once, each on a connection of its own */
  constructor(bound: number) {
    this.#bound = bound
  }

  /** So many more messages, or fewer, are in hand for a host. */
  take(host: string, messages: number): void {
    const known = this.#of(host)
    known.inHand += messages
    this.#forget(host, known)
  }

  /** How many more messages may be taken in hand for a host. */
  room(host: string): number {
    const known = this.#hosts.get(host)
    if (known === undefined) return this.#bound * AHEAD
    return known.waiting.length >= this.#bound ? 0 : Math.max(0, this.#bound * AHEAD - known.inHand)
  }

  /** Whether there is room enough for another claim to be worth it. */
  isWorthAClaim(host: string): boolean {
    return this.room(host) >= this.#bound || (this.#hosts.get(host)?.inHand ?? 0) === 0
  }

  /** Waits for a turn. False: too many of the tenant wait already, or at the close. */
  begin(host: string, tenant: string): Promise<boolean> {
    const known = this.#of(host)
    if (known.inFlight < this.#bound) {
      enter(known, tenant)
      return Promise.resolve(true)
    }
    // More of them would only hold up what goes elsewhere.
    if (waitingOf(known, tenant) >= this.#bound) return Promise.resolve(false)
    return new Promise((begin) => known.waiting.push({ tenant, begin }))
  }

  /** A turn is over. */
  end(host: string, tenant: string): void {
    const known = this.#hosts.get(host)
    if (known === undefined) return
    leave(known, tenant)
    const next = nextOf(known)
    if (next !== undefined) {
      enter(known, next.tenant)
      next.begin(true)
    } else {
      this.#forget(host, known)
    }
  }

  /** Nobody gets a turn any more. */
  close(): void {
    for (const { waiting } of this.#hosts.values()) for (const { begin } of waiting.splice(0)) begin(false)
  }

  #of(host: string): Host {
    const known = this.#hosts.get(host) ?? newHost()
    this.#hosts.set(host, known)
    return known
  }

  #forget(host: string, { inHand, inFlight }: Host): void {
    if (inHand === 0 && inFlight === 0) this.#hosts.delete(host)
  }
}

function newHost(): Host {
  return { inHand: 0, inFlight: 0, byTenant: new Map(), waiting: [] }
}

function enter(host: Host, tenant: string): void {
  host.inFlight++
  host.byTenant.set(tenant, (host.byTenant.get(tenant) ?? 0) + 1)
}

function leave(host: Host, tenant: string): void {
  host.inFlight--
  const left = (host.byTenant.get(tenant) ?? 0) - 1
  if (left > 0) host.byTenant.set(tenant, left)
  else host.byTenant.delete(tenant)
}

function waitingOf({ waiting }: Host, tenant: string): number {
  return waiting.reduce((sum, one) => sum + (one.tenant === tenant ? 1 : 0), 0)
}

/** Takes the one out whose tenant has the fewest turns; of these the one that waited longest. */
function nextOf({ waiting, byTenant }: Host): Waiting | undefined {
  const turns = ({ tenant }: Waiting): number => byTenant.get(tenant) ?? 0
  const next = waiting.reduce<Waiting | undefined>(
    (best, one) => (best === undefined || turns(one) < turns(best) ? one : best),
    undefined,
  )
  if (next !== undefined) waiting.splice(waiting.indexOf(next), 1)
  return next
}
