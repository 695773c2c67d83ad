import { Readable } from 'node:stream'
import { ProblemError } from '../wire/problem.ts'

/** What the readers of one tenant may leave unread. */
export const MAX_UNSENT_BYTES = 64 * 1024 * 1024

/** From this part of it on no further large answer is begun. */
const ALMOST = 0.75

/** Whoever reads less than the least rate for so long is cut off. */
export const WINDOW_MS = 30_000

/** So much is given out at once: as much as a socket takes without waiting. */
const CHUNK_BYTES = 64 * 1024

/** An answer that is sent as it is read. */
export type LargeAnswer = {
  /** How long it is. */
  readonly bytes: number
  /** Its text, in order. */
  readonly pieces: Iterable<string> | AsyncIterable<string>
}

/** The bounds on answers that clients are slow to take. */
export type UnsentAnswersOptions = {
  /** The least rate at which a large answer must be read. */
  readonly minBytesPerSecond: number
  readonly maxBytes?: number
  readonly windowMs?: number
}

/**
 * Large answers on their way to readers who may not read: how much of them a tenant has unsent, and whether each is read
 * fast enough. A reader that takes its time holds memory of everybody, if only of the piece that comes next.
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
  send(tenant: string, { bytes, pieces }: LargeAnswer): Readable {
    const before = this.unsentOf(tenant)
    if (before > 0 && before + bytes > this.#maxBytes) throw tooMuchUnread()
    this.#add(tenant, bytes)
    let sent = 0
    const count = (chunk: Buffer): Buffer => {
      sent += chunk.length
      this.#add(tenant, -chunk.length)
      return chunk
    }
    const stream = Readable.from(chunksOf(pieces, count), { objectMode: false, highWaterMark: CHUNK_BYTES })
    let seen = 0
    const watch = setInterval(() => {
      if (sent - seen < this.#minBytes) stream.destroy(new TooSlow('the answer was read too slowly'))
      seen = sent
    }, this.#windowMs)
    return stream.once('close', () => {
      clearInterval(watch)
      this.#add(tenant, sent - bytes)
    })
  }

  #add(tenant: string, bytes: number): void {
    const unsent = this.unsentOf(tenant) + bytes
    if (unsent > 0) this.#unsent.set(tenant, unsent)
    else this.#unsent.delete(tenant)
  }
}

/** Text as bytes of about one size, however large or small its pieces are; `count` is told of each. */
async function* chunksOf(pieces: LargeAnswer['pieces'], count: (chunk: Buffer) => Buffer): AsyncGenerator<Buffer> {
  let text = ''
  for await (const piece of pieces) {
    let at = 0
    while (piece.length - at > CHUNK_BYTES) {
      const end = endOfCharacter(piece, at + CHUNK_BYTES)
      yield count(Buffer.from(text + piece.slice(at, end)))
      text = ''
      at = end
    }
    text += piece.slice(at)
    if (text.length < CHUNK_BYTES) continue
    yield count(Buffer.from(text))
    text = ''
  }
  if (text !== '') yield count(Buffer.from(text))
}

/** The same place, or the one behind it where a character of two units lies across. */
function endOfCharacter(text: string, at: number): number {
  const isHigh = (text.charCodeAt(at - 1) & 0xfc00) === 0xd800
  return isHigh ? at + 1 : at
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
