import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Feed } from '../../feed/feed.ts'
import type { EventPage } from '../../feed/reader.ts'
import type { Signals } from '../../signals.ts'
import type { StreamEnd, Telemetry } from '../../telemetry.ts'
import { RETRY } from './frames.ts'
import { EventStream } from './stream.ts'

/** At most 15 s are promised. */
const HEARTBEAT_MS = 12_000

/** A 24th of the streams gets its heartbeats at once, so that thousands don't hold the event loop. */
const BEATS = 24

/** A client that takes nothing for so long is dropped. */
export const STREAM_PATIENCE_MS = 30_000

/** What a drain gives clients to take the rest of what was written to them. */
const LEAVE_MS = 1000

/** What all streams of events share. */
export type EventStreamsOptions = {
  readonly feed: Feed
  readonly telemetry: Telemetry
  readonly signals: Signals
  /** How long a client may take nothing. Default: 30 s. */
  readonly patienceMs?: number
  /** Between heartbeats of one stream. Default: 12 s. */
  readonly heartbeatMs?: number
}

/** The streams that are open here. */
export class EventStreams {
  readonly #feed: Feed
  readonly #telemetry: Telemetry
  readonly #signals: Signals
  readonly #patienceMs: number
  readonly #beatMs: number
  /** By the beat at which they get their heartbeats. */
  readonly #open = Array.from({ length: BEATS }, () => new Set<EventStream>())
  #size = 0
  #opened = 0
  #beat = 0
  #timer: NodeJS.Timeout | null = null
  #draining = false
  #empty: PromiseWithResolvers<void> | null = null

  constructor({
    feed,
    telemetry,
    signals,
    patienceMs = STREAM_PATIENCE_MS,
    heartbeatMs = HEARTBEAT_MS,
  }: EventStreamsOptions) {
    this.#feed = feed
    this.#telemetry = telemetry
    this.#signals = signals
    this.#patienceMs = patienceMs
    this.#beatMs = heartbeatMs / BEATS
  }

  /**
   * Answers with a stream of a job's events.
   *
   * @param after the seq behind which it begins
   * @param page what comes first, where it was read already
   * @param live also what is told only while it happens
   */
  open(
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    after: number,
    page: EventPage | null,
    live = false,
  ): void {
    reply.hijack()
    const { raw: response } = reply
    response.writeHead(200, { ...headOf(reply), ...(this.#draining ? { connection: 'close' } : {}) })
    response.write(RETRY)
    const job = { tenant: request.caller.tenant, id }
    const slot = this.#open[this.#opened++ % BEATS]
    const onClosed = (stream: EventStream, reason: StreamEnd, error: unknown): void => {
      slot?.delete(stream)
      this.#signals.streamClosed.give(job)
      this.#telemetry.emit('streamClosed', { ...job, reason, error })
      this.#forget()
    }
    const stream = new EventStream({ feed: this.#feed, job, response, after, live, onClosed })
    slot?.add(stream)
    this.#size++
    this.#timer ??= setInterval(() => this.#beatNext(), this.#beatMs)
    this.#signals.streamOpened.give(job)
    this.#telemetry.emit('streamOpened', job)
    if (page !== null) stream.take(page)
    if (this.#draining) stream.end('draining')
    else stream.wake()
  }

  /**
   * Ends all streams, so that their clients go elsewhere; resolves when they are closed. One that is opened from now on
   * gives what is there and ends.
   */
  async drain(): Promise<void> {
    this.#draining = true
    for (const stream of this.#all()) stream.end('draining')
    if (this.#size === 0) return
    this.#empty ??= Promise.withResolvers()
    const patience = setTimeout(() => {
      for (const stream of this.#all()) stream.destroy('draining')
    }, LEAVE_MS)
    await this.#empty.promise
    clearTimeout(patience)
  }

  *#all(): Iterable<EventStream> {
    for (const streams of this.#open) yield* streams
  }

  #beatNext(): void {
    this.#beat = (this.#beat + 1) % BEATS
    for (const stream of this.#open[this.#beat] ?? []) stream.beat(this.#patienceMs)
  }

  #forget(): void {
    this.#size--
    if (this.#size > 0) return
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#empty?.resolve()
    this.#empty = null
  }
}

/** Whatever hooks have set (CORS, `x-request-id`) is lost to a reply that is written by hand, unless it is passed on. */
function headOf(reply: FastifyReply): Record<string, string | string[] | number | undefined> {
  return {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  }
}
