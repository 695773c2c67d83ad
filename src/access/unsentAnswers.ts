import { Readable } from 'node:stream'
import { ProblemError } from '../wire/problem.ts'

/** What the readers of one tenant may leave unread. */
const MAX_UNSENT_BYTES = 64 * 1024 * 1024

/** From this part of it on no further large answer is begun. */
const ALMOST = 0.75

/** Whoever reads less than the least rate for so long is cut off. */
const WINDOW_MS = 30_000

/** So much is given out at once: as much as a socket takes without waiting. */
const CHUNK_BYTES = 64 * 1024

export type UnsentAnswersOptions = {
  /** The least rate at which a large answer must be read. */
  readonly minBytesPerSecond: number
  readonly maxBytes?: number
  readonly windowMs?: number
}

/**
 * Large answers on their way to readers who may not read: how much of them a tenant has unsent, and whether each is read
 * fast enough. An answer is held whole while it is sent, so a reader that takes its time holds memory of everybody.
 */
export class UnsentAnswers {
  readonly #minBytes: number
  readonly #maxBytes: number
  readonly #windowMs: number
  readonly #unsent = new Map<string, number>()

  constructor({ minBytesPerSecond, maxBytes = MAX_UNSENT_BYTES, windowMs = WINDOW_MS }: UnsentAnswersOptions) {
    this.#minBytes = (minBytesPerSecond * windowMs) / 1000
    this.#maxBytes = maxBytes
    this.#windowMs = windowMs
  }

  /** What is on its way to a tenant's readers, in bytes. */
  unsentOf(tenant: string): number {
    return this.#unsent.get(tenant) ?? 0
  }

  /** Asked before a large answer is made: one that would be refused in the end is not worth that. Throws as `send`. */
  admit(tenant: string): void {
    if (this.unsentOf(tenant) > ALMOST * this.#maxBytes) throw tooMuchUnread()
  }

  /**
   * An answer as a stream, which fails once its reader is too slow. Throws a `ProblemError` `too-many-requests` where the
   * tenant's readers have left too much unread; one answer alone may be of any size.
   */
  send(tenant: string, answer: Buffer): Readable {
    const unsent = this.unsentOf(tenant)
    if (unsent > 0 && unsent + answer.length > this.#maxBytes) throw tooMuchUnread()
    let sent = 0
    let before = 0
    this.#add(tenant, answer.length)
    const stream = new Readable({
      highWaterMark: CHUNK_BYTES,
      read: () => {
        const chunk = answer.subarray(sent, sent + CHUNK_BYTES)
        sent += chunk.length
        this.#add(tenant, -chunk.length)
        stream.push(chunk)
        if (sent === answer.length) stream.push(null)
      },
      destroy: (error, done) => {
        clearInterval(watch)
        this.#add(tenant, sent - answer.length)
        done(error)
      },
    })
    const watch = setInterval(() => {
      if (sent - before < this.#minBytes) stream.destroy(new TooSlow('the answer was read too slowly'))
      before = sent
    }, this.#windowMs)
    return stream
  }

  #add(tenant: string, bytes: number): void {
    const unsent = this.unsentOf(tenant) + bytes
    if (unsent > 0) this.#unsent.set(tenant, unsent)
    else this.#unsent.delete(tenant)
  }
}

function tooMuchUnread(): ProblemError {
  return new ProblemError('too-many-requests', 'too much of what was asked for is unread; read it first', {
    retryAfter: 5,
  })
}

/** Why an answer was broken off. */
class TooSlow extends Error {
  override readonly name = 'TooSlow'
}
