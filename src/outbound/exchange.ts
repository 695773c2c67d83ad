import type { Dispatcher } from 'undici'
import { BoundedBytes } from './boundedBytes.ts'
import { ResponseTooLarge } from './errors.ts'
import { toBodyError, toOutboundError } from './failures.ts'
import { statusBefore } from './statusLine.ts'

/** What came back. */
export type OutboundResponse = {
  readonly status: number
  /** Names in lower case; a header that came more than once is a list. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** There was more of the body than was read. */
  readonly truncated: boolean
}

/**
 * How much of an answer to read, and what a body is that is longer, that breaks off, or does not end in time: an error, or
 * an answer all the same, marked `truncated`, since the status says what the caller wants to know.
 */
export type ReadLimit = { readonly maxBytes: number; readonly incomplete: 'throw' | 'accept' }

/** So long whoever takes an incomplete body waits for its rest, in the hope of using the connection again. */
const REST_MS = 1000

/**
 * One request and its answer, as undici's dispatcher tells it. Whatever ends it first decides: the answer's end, its
 * size, a failure, or `stop`.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #outcome = Promise.withResolvers<OutboundResponse>()
  readonly #limit: ReadLimit
  readonly #body: BoundedBytes
  #status = 0
  #headers: OutboundResponse['headers'] = {}
  #controller: Dispatcher.DispatchController | null = null
  #rest: NodeJS.Timeout | undefined
  #over = false

  constructor(limit: ReadLimit) {
    this.#limit = limit
    this.#body = new BoundedBytes(limit.maxBytes)
  }

  /** Settles once the exchange is over. */
  get outcome(): Promise<OutboundResponse> {
    return this.#outcome.promise
  }

  /** Whether it ended, one way or the other. */
  get isOver(): boolean {
    return this.#over
  }

  /** Ends it from this side, at once: also while the name is being resolved or the connection is being made. */
  stop(reason: unknown): void {
    if (this.#over) return
    if (this.#limit.incomplete === 'accept' && this.#status >= 200) {
      this.#finish(true)
    } else {
      this.#over = true
      this.#outcome.reject(reason)
    }
    this.#hangUp()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#over) this.#hangUp()
  }

  /** May come for interim answers too (1xx); the final one is the last. */
  onResponseStart(_controller: unknown, status: number, headers: OutboundResponse['headers']): void {
    this.#status = status
    this.#headers = headers
    if (this.#limit.incomplete === 'throw' || status < 200 || this.#over) return
    this.#rest = setTimeout(() => this.stop(null), REST_MS)
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#over || this.#body.add(chunk)) return
    this.stop(new ResponseTooLarge(this.#limit.maxBytes))
  }

  onResponseEnd(): void {
    if (!this.#over) this.#finish(false)
  }

  onResponseError(_controller: unknown, error: unknown): void {
    // A status line says it all to whoever takes an incomplete answer, also where no parser takes what follows.
    if (this.#limit.incomplete === 'accept' && this.#status < 200) this.#status = statusBefore(error) ?? this.#status
    this.stop(this.#status >= 200 ? toBodyError(error) : toOutboundError(error))
  }

  #finish(truncated: boolean): void {
    this.#over = true
    clearTimeout(this.#rest)
    this.#outcome.resolve({ status: this.#status, headers: this.#headers, body: this.#body.bytes, truncated })
  }

  #hangUp(): void {
    this.#controller?.abort(new Error('the exchange is over'))
  }
}
