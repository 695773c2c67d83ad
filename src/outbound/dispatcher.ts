import { isIP } from 'node:net'
import type { Agent } from 'undici'
import { judgeUrl } from './addresses.ts'
import { OutboundTimeout, RequestFailed } from './errors.ts'
import { Exchange, type OutboundResponse, type ReadLimit } from './exchange.ts'
import { toOutboundError } from './failures.ts'
import { NameBook } from './names/nameBook.ts'
import { networkResolver } from './names/networkResolver.ts'
import type { Resolve } from './names/resolve.ts'

/** What the way out lets through, and its bounds. */
export type OutboundOptions = {
  /** Reach loopback and private addresses too: for development and tests. */
  readonly allowPrivate: boolean
  /** How long resolving a name and connecting may take, beside the time of the whole exchange. */
  readonly connectTimeoutMs?: number
  /** How long a connection is kept for the next request to the same origin. */
  readonly keepAliveMs?: number
  readonly resolve?: Resolve
}

/** A request to an address that others chose. */
export type OutboundRequest = {
  /** For whom: look-ups of names are bounded for each tenant. */
  readonly tenant: string
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** More headers, of those that cost: asked for once the host's name is known. What it throws ends the request. */
  readonly lateHeaders?: () => Promise<Readonly<Record<string, string>>>
  readonly body?: string | Uint8Array
  /** For the whole exchange, from resolving the name to the last byte of the answer. */
  readonly timeoutMs: number
  /** How many bytes of the answer's body are read. */
  readonly maxBytes: number
  /** What a body is that is larger, breaks off or does not end: an error (default), or an answer marked `truncated`. */
  readonly incomplete?: ReadLimit['incomplete']
  readonly signal?: AbortSignal
}

/** A name that is not found in this time is not going to be. */
const LOOKUP_MS = 5000

/** Sends requests to addresses that others chose. */
export type Outbound = AsyncDisposable & {
  /**
   * Sends one request and reads its answer. Never follows a redirect, never uses a proxy. Throws an `OutboundError`,
   * or the signal's reason.
   */
  request(request: OutboundRequest): Promise<OutboundResponse>
  /**
   * Ends every request and connection at once; what is still connecting gives up when it is connected, or its time is
   * up. Closing twice is fine.
   */
  close(): Promise<void>
}

/**
 * Opens the one way out. Addresses are judged where connections are made, so no caller can forget: an address in the
 * URL before connecting, a name when it is resolved. undici is loaded by the first request.
 */
export function createOutbound(options: OutboundOptions): Outbound {
  const { allowPrivate, connectTimeoutMs = 10_000, keepAliveMs = 1000, resolve = networkResolver() } = options
  const names = new NameBook({ resolve, timeoutMs: Math.min(LOOKUP_MS, connectTimeoutMs) })
  let opening: Promise<Agent> | null = null
  const connect = { allowPrivate, resolve: names.addresses, timeout: connectTimeoutMs }
  const load = async (): Promise<Agent> => (await import('./agent.ts')).openAgent({ connect, keepAliveMs })
  let closed = false
  const openAgent = (): Promise<Agent> => {
    if (closed) throw closing()
    return (opening ??= load())
  }
  const underWay = new Set<Exchange>()
  const close = async (): Promise<void> => {
    closed = true
    for (const exchange of underWay) exchange.stop(closing())
    await (await opening)?.destroy()
  }
  return {
    request: async (request) => send({ openAgent, names, underWay }, request, judgeUrl(request.url, { allowPrivate })),
    close,
    [Symbol.asyncDispose]: close,
  }
}

const closing = (): RequestFailed => new RequestFailed('CLOSED', 'the service is closing', null)

type Way = { readonly openAgent: () => Promise<Agent>; readonly names: NameBook; readonly underWay: Set<Exchange> }

/** Sends one request. The timer and the listener end with it. */
async function send(way: Way, request: OutboundRequest, url: URL): Promise<OutboundResponse> {
  const { timeoutMs, maxBytes, incomplete = 'throw', signal } = request
  signal?.throwIfAborted()
  const exchange = new Exchange({ maxBytes, incomplete })
  const timer = setTimeout(() => exchange.stop(new OutboundTimeout(`no whole answer in ${timeoutMs} ms`)), timeoutMs)
  const stop = (): void => exchange.stop(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  way.underWay.add(exchange)
  try {
    void begin(way, request, url, exchange)
    return await exchange.outcome
  } finally {
    way.underWay.delete(exchange)
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

/**
 * Looks the name up in the tenant's turn, then hands the request over; the connection uses what was found. Whatever
 * fails here ends the exchange.
 */
async function begin({ openAgent, names }: Way, request: OutboundRequest, url: URL, exchange: Exchange): Promise<void> {
  const { tenant, method, headers = {}, lateHeaders, body = null } = request
  try {
    if (!isAddress(url.hostname)) await names.prepare(url.hostname, tenant, () => !exchange.isOver)
    const agent = await openAgent()
    if (exchange.isOver) return
    const late = await lateHeaders?.()
    if (exchange.isOver) return
    const all = late === undefined ? headers : { ...headers, ...late }
    agent.dispatch({ origin: url.origin, path: url.pathname + url.search, method, headers: all, body }, exchange)
  } catch (error) {
    exchange.stop(toOutboundError(error))
  }
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || isIP(hostname) !== 0
}
