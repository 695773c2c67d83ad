import type { Dispatcher } from 'undici'
import { BoundedBytes } from './boundedBytes.ts'
import { ResponseTooLarge } from './errors.ts'
import { toOutboundError } from './failures.ts'

/** What came back. */
export type OutboundResponse = {
  readonly status: number
  /** Names in lower case; a header that came more than once is a list. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** There was more than `maxBytes` of the body; the rest was not read. */
  readonly truncated: boolean
}

/** How much of an answer to read, and whether more than that is an error. */
export type ReadLimit = { readonly maxBytes: number; readonly tooLarge: 'throw' | 'truncate' }

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
    this.#over = true
    this.#outcome.reject(reason)
    this.#hangUp()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#over) this.#hangUp()
  }

  /** Comes for interim answers too (1xx); the final one is the last. */
  onResponseStart(_controller: unknown, status: number, headers: OutboundResponse['headers']): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#over || this.#body.add(chunk)) return
    if (this.#limit.tooLarge === 'throw') {
      this.stop(new ResponseTooLarge(this.#limit.maxBytes))
    } else {
      this.#finish(true)
      this.#hangUp()
    }
  }

  onResponseEnd(): void {
    if (!this.#over) this.#finish(false)
  }

  onResponseError(_controller: unknown, error: unknown): void {
    this.stop(toOutboundError(error))
  }

  #finish(truncated: boolean): void {
    this.#over = true
    this.#outcome.resolve({ status: this.#status, headers: this.#headers, body: this.#body.bytes, truncated })
  }

  #hangUp(): void {
    this.#controller?.abort(new Error('the exchange is over'))
  }
}
