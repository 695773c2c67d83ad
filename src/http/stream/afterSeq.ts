import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../../wire/problem.ts'

const MAX_SEQ = 2147483647

/** The seq behind which a stream begins: `Last-Event-ID`, or else `?after=`. Throws `malformed-request` for no whole number. */
export function afterSeqOfStream(request: FastifyRequest<{ Querystring: { after?: string } }>): number {
  const header = request.headers['last-event-id']
  const after = afterSeqOfList(request.query.after)
  return header === undefined ? after : readSeq('Last-Event-ID', String(header))
}

/** The seq behind which a list begins. */
export function afterSeqOfList(after: string | undefined): number {
  return after === undefined ? 0 : readSeq('after', after)
}

/** What is too large to be a seq is behind every one. */
function readSeq(name: string, text: string): number {
  if (!/^\d+$/.test(text))
    throw new ProblemError('malformed-request', `${name} must be a whole number, the seq of an event`)
  return Math.min(Number(text), MAX_SEQ)
}
