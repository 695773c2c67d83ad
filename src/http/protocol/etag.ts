import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fresh from 'fresh'
import type { JobVersion } from '../../service/jobs/read.ts'
import { ProblemError } from '../../wire/problem.ts'
import { REVALIDATE } from './caching.ts'

/**
 * A job's tag: whatever a client could see change, changes it, and a later job of the same id has another. Of the nonce
 * only a hash is shown: the idempotency keys of steps are made from it. It is weak, since it names the job and not the
 * bytes: with steps or without them it is the same.
 */
export function tagOfJob(version: JobVersion): string {
  const { nonce, state, recorded, takeovers, cancel_at: cancelAt, scheduled_for: due, current_step: step } = version
  const parts = [
    shortHash(nonce),
    state,
    recorded,
    ...(cancelAt === null ? [] : [cancelAt.toString(36)]),
    ...(takeovers === 0 ? [] : [`t${takeovers}`]),
    ...(due === null ? [] : [`d${due.toString(36)}`]),
    ...(step === null ? [] : [`s${shortHash(step)}`]),
    ...(version.progress === null ? [] : [`p${shortHash(version.progress)}`]),
  ]
  return `W/"${parts.join('-')}"`
}

function shortHash(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 11)
}

/** The tag of what is small: a hash of how it is shown. */
export function tagOfContent(shown: object): string {
  return `"${hash('sha256', JSON.stringify(shown), 'base64url').slice(0, 22)}"`
}

/**
 * Whether the client has this version already; the tag is set either way. Its `Cache-Control` is none of our business:
 * `fetch` adds `no-cache` to any request with an `If-None-Match` of its own.
 */
export function isFresh(request: FastifyRequest, reply: FastifyReply, etag: string): boolean {
  reply.header('etag', etag).header('cache-control', REVALIDATE)
  return fresh({ 'if-none-match': request.headers['if-none-match'] }, { etag })
}

/**
 * Throws `precondition-failed` where `If-Match` names other versions than this one (RFC 9110, section 13.1.1). Weak tags
 * count as well: a job's is weak, and a proxy that compresses makes the others weak on their way to the client.
 */
export function checkIfMatch({ headers }: FastifyRequest, etag: string): void {
  const wanted = headers['if-match']
  if (wanted === undefined || wanted.trim() === '*') return
  const strong = (tag: string): string => tag.trim().replace(/^W\//, '')
  if (wanted.split(',').some((tag) => strong(tag) === strong(etag))) return
  throw new ProblemError('precondition-failed', `If-Match does not name what is here: its ETag is ${etag}`)
}
