import { backoff, isAborted, pause } from './pause.ts'
import { problemOf, retryAfterMs } from './problem.ts'

export type ClientOptions = {
  /** Where the service is, with the path that a proxy puts before `/v1`: `https://jobs.example.com`. */
  readonly baseUrl: string
  /** `cdt_…`; left out where the service has no keys, or a cookie says who asks. */
  readonly key?: string | undefined
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Tries after the first that failed for reasons that pass (default 4). */
  readonly retries?: number
  /** In place of the global one. */
  readonly fetch?: typeof fetch
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type QueryValue = string | number | boolean | readonly string[] | null | undefined

export type RequestOptions = {
  /** Lists are joined by commas; what is null or undefined is left out. */
  readonly query?: Readonly<Record<string, QueryValue>> | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Makes a POST safe to repeat; `true` makes one up. Without it a POST is tried once. */
  readonly idempotencyKey?: string | true
  /** A POST that may be sent twice without a key: it only asks, or asking twice is asking once. */
  readonly repeatable?: true
  readonly signal?: AbortSignal | undefined
}

/**
 * What passes by itself: a request that did not arrive in time, too many of them, a proxy without a service behind it, a
 * service without its database.
 */
const PASSING: ReadonlySet<number> = new Set([408, 429, 502, 503, 504])
/** A server that asks for more patience than this gets its refusal told instead. */
const LONGEST_RETRY_AFTER_MS = 60_000

/** Sends requests, again where that is safe and of use. */
export class Transport {
  readonly #base: URL
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#base = new URL(options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`)
    this.#options = options
  }

  /** The JSON of the answer; undefined where it has no body. @throws ConduitProblem */
  async json<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.send(method, path, options)
    const isEmpty = response.status === 204 || response.headers.get('content-length') === '0'
    return (isEmpty ? undefined : await response.json()) as T
  }

  /** An answer below 300. @throws ConduitProblem for any other, or what `fetch` threw at the last try */
  async send(method: Method, path: string, options: RequestOptions = {}): Promise<Response> {
    const { retries = 4, fetch = globalThis.fetch } = this.#options
    const url = this.url(path, options.query)
    const init = this.#init(method, options)
    const isRepeatable = method !== 'POST' || options.idempotencyKey !== undefined || options.repeatable === true
    for (let failures = 0; ; failures++) {
      const isLast = !isRepeatable || failures >= retries || isAborted(options.signal)
      const response = await fetch(url, init).catch((error: unknown) => {
        if (isLast || isAborted(options.signal)) throw error
        return null
      })
      if (response?.ok === true) return response
      const asked = response === null ? null : retryAfterMs(response.headers)
      const isOver = isLast || (asked ?? 0) > LONGEST_RETRY_AFTER_MS
      if (response !== null && (isOver || !PASSING.has(response.status))) throw await problemOf(response)
      await response?.body?.cancel()
      await pause(asked ?? backoff(failures), options.signal)
    }
  }

  /** The address of a path, which begins with `/`. */
  url(path: string, query: RequestOptions['query'] = {}): string {
    const url = new URL(path.slice(1), this.#base)
    for (const [name, value] of Object.entries(query)) {
      if (value !== null && value !== undefined) url.searchParams.set(name, String(value))
    }
    return url.href
  }

  #init(method: Method, { body, headers, idempotencyKey, signal }: RequestOptions): RequestInit {
    const all = new Headers({ accept: 'application/json', ...this.#options.headers, ...headers })
    if (this.#options.key !== undefined) all.set('authorization', `Bearer ${this.#options.key}`)
    if (idempotencyKey !== undefined) all.set('idempotency-key', idempotencyKey === true ? unique() : idempotencyKey)
    if (body !== undefined) all.set('content-type', 'application/json')
    return {
      method,
      headers: all,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }
  }
}

/** 128 random bits as text. `crypto.randomUUID` is missing in pages over plain HTTP. */
function unique(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
