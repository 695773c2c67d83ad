import type { ServerResponse } from 'node:http'
import type { Feed } from '../../feed/feed.ts'
import type { EventPage } from '../../feed/reader.ts'
import type { Follower, JobRef } from '../../feed/watches.ts'
import { DatabaseUnavailable } from '../../service/outage.ts'
import type { StreamEnd } from '../../telemetry.ts'
import type { LiveEvent } from '../../wire/liveEvent.ts'
import { eventFrames, frameOfLive, HEARTBEAT } from './frames.ts'

/** What one stream of events sends, and to whom. */
export type StreamOptions = {
  readonly feed: Feed
  readonly job: JobRef
  /** Its head is sent already. */
  readonly response: ServerResponse
  /** The seq behind which it begins. */
  readonly after: number
  /** Also what is told only while it happens. */
  readonly live: boolean
  readonly onClosed: (stream: EventStream, reason: StreamEnd, error: unknown) => void
}

/**
 * One stream of a job's events to one client: past, then live, then its end.
 *
 * It is pulled by its client: the next page is read when the one before is on its way, so one who reads slowly costs one
 * page, whatever happens to the job meanwhile. It holds neither a timer nor a promise while it waits.
 */
export class EventStream implements Follower {
  readonly job: JobRef
  readonly #feed: Feed
  readonly #response: ServerResponse
  readonly #onClosed: StreamOptions['onClosed']
  readonly #leave: () => void
  #cursor: number
  #nonce: string | null = null
  #reading = false
  #again = false
  #blockedSince: number | null = null
  #closing: StreamEnd | null = null
  #error: unknown = null
  #closed = false

  constructor({ feed, job, response, after, live, onClosed }: StreamOptions) {
    this.job = job
    this.#feed = feed
    this.#response = response
    this.#cursor = after
    this.#onClosed = onClosed
    const unfollow = feed.follow(job, this)
    const unwatch = live ? feed.live.watch(job, (event) => this.#tell(event)) : null
    this.#leave = () => {
      unfollow()
      unwatch?.()
    }
    response.on('close', () => this.#close())
    response.on('drain', () => this.#unblock())
    response.on('error', () => undefined) // `close` follows
  }

  get cursor(): number {
    return this.#cursor
  }

  /** There may be something to read. */
  wake(): void {
    if (this.#closing !== null) return
    if (this.#reading || this.#blockedSince !== null) this.#again = true
    else void this.#read()
  }

  /** Sends events that were read already: those behind the cursor. */
  take(page: EventPage): void {
    this.#nonce = page.nonce
    const last = page.events.at(-1)
    if (last !== undefined) {
      this.#cursor = last.seq
      if (!this.#response.write(eventFrames(page))) this.#blockedSince ??= performance.now()
    }
    if (page.ended) this.end('ended')
    else if (page.more) this.#again = true
  }

  /** Keeps the connection alive; drops a client that has taken nothing for `patienceMs`: it comes again, at its place. */
  beat(patienceMs: number): void {
    if (this.#blockedSince === null) {
      if (this.#closing === null && !this.#response.write(HEARTBEAT)) this.#blockedSince = performance.now()
    } else if (performance.now() - this.#blockedSince > patienceMs) {
      this.destroy('too-slow')
    }
  }

  /** Ends the stream when what was written is sent; a client that does not take it is dropped as any other. */
  end(reason: StreamEnd): void {
    if (this.#closing !== null) return
    this.#closing = reason
    this.#blockedSince ??= performance.now()
    this.#leave()
    this.#response.end()
  }

  /** Ends the stream at once, and its connection. */
  destroy(reason: StreamEnd): void {
    this.#closing ??= reason
    this.#leave()
    this.#response.destroy()
  }

  /** One who takes what was sent before slowly misses it. */
  #tell(event: LiveEvent): void {
    if (this.#closing !== null || this.#blockedSince !== null) return
    if (!this.#response.write(frameOfLive(event))) this.#blockedSince = performance.now()
  }

  async #read(): Promise<void> {
    this.#reading = true
    try {
      do {
        this.#again = false
        const page = await this.#feed.read({ ...this.job, nonce: this.#nonce, after: this.#cursor })
        if (this.#closing !== null) return
        if (page === null) this.end('job-gone')
        else this.take(page)
      } while (this.#again && this.#blockedSince === null)
    } catch (error) {
      // The feed wakes its followers when the database is back. Anything else ends the stream; its client comes again.
      if (error instanceof DatabaseUnavailable) return
      this.#error = error
      this.destroy('failed')
    } finally {
      this.#reading = false
    }
  }

  #unblock(): void {
    this.#blockedSince = null
    this.wake()
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#closing ??= 'client-gone'
    this.#leave()
    this.#onClosed(this, this.#closing, this.#error)
  }
}
