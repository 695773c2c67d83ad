import type { Socket } from 'node:net'
import { noteStatus, readStatusLine } from './statusLine.ts'

/** How an interim answer begins (RFC 9110, section 15.2); 101 changes the protocol, and is none that may be skipped. */
const INTERIM = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r]/

/** So much of an answer tells its status. */
const ENOUGH = 'HTTP/1.1 100 '.length

const BEGINS = ['HTTP/1.1 ', 'HTTP/1.0 ']

const END = '\r\n\r\n'

/** A head that is longer goes to the parser, which has a bound of its own. */
const MAX_HEAD = 16_384

/**
 * Keeps interim answers (100 Continue, 102, 103) from undici's parser, which fails the request for a 100 that nobody asked
 * for, though the answer follows. Only what begins an answer is looked at: the first bytes that are read after a request
 * was written. There is one request at a time on a connection, and it is written at once.
 *
 * What ends the connection then is marked with the status that the answer began with: the rest of its head may be one that
 * no parser takes.
 */
export function skipInterimAnswers(socket: Socket): void {
  const { read, write } = socket
  let isAtStart = false
  let held: Buffer = Buffer.alloc(0)
  let status: number | null = null
  socket.prependListener('error', (error) => noteStatus(error, status))
  // Both are called as undici calls them: `read()` for whatever is there.
  socket.write = (...given: unknown[]) => {
    isAtStart = true
    status = null
    return Reflect.apply(write, socket, given)
  }
  socket.read = (size?: number) => {
    let chunk = read.call(socket, size)
    while (isAtStart && Buffer.isBuffer(chunk)) {
      held = withoutInterim(held.length === 0 ? chunk : Buffer.concat([held, chunk]))
      if (isUndecided(held)) {
        chunk = read.call(socket, size)
      } else {
        isAtStart = false
        status = readStatusLine(beginOf(held))
        chunk = held
        held = Buffer.alloc(0)
      }
    }
    return chunk
  }
}

/** The bytes without the interim answers that they begin with and that are whole. */
function withoutInterim(bytes: Buffer): Buffer {
  let rest = bytes
  while (INTERIM.test(beginOf(rest))) {
    const end = rest.indexOf(END)
    if (end === -1) break
    rest = rest.subarray(end + END.length)
  }
  return rest
}

/** Whether more bytes must come before it is known what begins here. */
function isUndecided(bytes: Buffer): boolean {
  const begin = beginOf(bytes)
  if (INTERIM.test(begin)) return bytes.length < MAX_HEAD
  return begin.length < ENOUGH && BEGINS.some((text) => text.startsWith(begin.slice(0, text.length)))
}

function beginOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, ENOUGH)
}
