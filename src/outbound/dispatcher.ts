import { Agent } from 'undici'
import { judgeUrl } from './addresses.ts'
import { guardedConnector } from './connector.ts'
import { OutboundTimeout } from './errors.ts'
import { Exchange, type OutboundResponse, type ReadLimit } from './exchange.ts'
import { type Resolve, resolveBySystem } from './lookup.ts'

export type OutboundOptions = {
  /** Reach loopback and private addresses too: for development and tests. */
  readonly allowPrivate: boolean
  /** How long resolving a name and connecting may take, beside the time of the whole exchange. */
  readonly connectTimeoutMs?: number
  /** How long a connection is kept for the next request to the same origin. */
  readonly keepAliveMs?: number
  readonly resolve?: Resolve
}

export type OutboundRequest = {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** For the whole exchange, from resolving the name to the last byte of the answer. */
  readonly timeoutMs: number
  /** How many bytes of the answer's body are read. */
  readonly maxBytes: number
  /** What a larger body is: an error (default), or an answer marked `truncated`. */
  readonly tooLarge?: ReadLimit['tooLarge']
  readonly signal?: AbortSignal
}

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
 * URL before connecting, a name when it is resolved.
 */
export function createOutbound(options: OutboundOptions): Outbound {
  const { allowPrivate, connectTimeoutMs = 10_000, keepAliveMs = 1000, resolve = resolveBySystem } = options
  const agent = new Agent({
    connect: guardedConnector({ allowPrivate, resolve, timeout: connectTimeoutMs }),
    allowH2: false,
    maxHeaderSize: 16_384,
    // Short, since servers give up idle connections without a word, and a request must not be lost in one.
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    // The whole exchange has a time of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const close = (): Promise<void> => agent.destroy()
  return {
    request: async (request) => send(agent, request, judgeUrl(request.url, { allowPrivate })),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Sends one request. The timer and the listener end with it. */
async function send(agent: Agent, request: OutboundRequest, url: URL): Promise<OutboundResponse> {
  const { method, headers = {}, body = null, timeoutMs, maxBytes, tooLarge = 'throw', signal } = request
  signal?.throwIfAborted()
  const exchange = new Exchange({ maxBytes, tooLarge })
  const timer = setTimeout(() => exchange.stop(new OutboundTimeout(`no whole answer in ${timeoutMs} ms`)), timeoutMs)
  const stop = (): void => exchange.stop(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    agent.dispatch({ origin: url.origin, path: url.pathname + url.search, method, headers, body }, exchange)
    return await exchange.outcome
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}
