import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { ProblemError, type ProblemSlug, problemToWire } from '../../wire/problem.ts'
import { PROBLEM_TYPE } from './problems.ts'

/** What Node's parser refuses before there is a request, by its code. */
const REFUSALS: Readonly<Record<string, readonly [status: number, reason: string, slug: ProblemSlug, detail: string]>> =
  {
    HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'malformed-request', 'the headers are too large'],
    ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'malformed-request', 'the request took too long to arrive'],
  }

/** Answers what is not HTTP, or takes too long to arrive, with a problem, and closes the connection. */
export function rejectMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return
  const [status, reason, slug, detail] = REFUSALS[error.code ?? ''] ?? [
    400,
    'Bad Request',
    'malformed-request',
    'this is not a valid HTTP request',
  ]
  const id = randomUUID()
  const body = JSON.stringify({ ...problemToWire(new ProblemError(slug, detail), id), status })
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `x-request-id: ${id}\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n${body}`,
  )
}
