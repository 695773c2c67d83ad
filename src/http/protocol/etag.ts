import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fresh from 'fresh'
import type { JobVersion } from '../../service/jobs/read.ts'
import { ProblemError } from '../../wire/problem.ts'
import { REVALIDATE } from './caching.ts'

/**
 * A job's tag: whatever a client could see change, changes it, and a later job of the same id has another. Of the nonce
 * only a hash is shown: the idempotency keys of steps are made from it. It is weak, since it names the job and not the
 * bytes: with steps or without them it is the same, but while a pause of its steps is shown.
 *
 * @param changesAt when what is shown changes though nothing is recorded, as a pause of a step is over
 */
export function tagOfJob(version: JobVersion, changesAt: number | null): string {
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
    ...(changesAt === null ? [] : [`${UNTIL}${changesAt.toString(36)}`]),
  ]
  return `W/"${parts.join('-')}"`
}

/** Begins the part of a job's tag that says until when it holds. */
const UNTIL = 'u'

/**
 * The tag of a job in the form in which a client has it, from `If-Match` or `If-None-Match`. Until when its tag holds by
 * time is known only to who reads all steps; so the tag says it itself.
 */
export function knownTagOfJob(given: string | undefined, version: JobVersion): string {
  const plain = tagOfJob(version, null)
  const begins = `${strong(plain).slice(0, -1)}-${UNTIL}`
  const moments = (given ?? '').split(',').flatMap((tag) => {
    const known = strong(tag)
    return known.startsWith(begins) ? [Number.parseInt(known.slice(begins.length, -1), 36)] : []
  })
  const held = moments.find((moment) => moment > version.read_at)
  return held === undefined ? plain : tagOfJob(version, held)
}

function strong(tag: string): string {
  return tag.trim().replace(/^W\//, '')
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

/** Whether `If-Match` names versions: without it, and with `*`, any is right. */
export function namesVersions({ headers }: FastifyRequest): boolean {
  const wanted = headers['if-match']
  return wanted !== undefined && wanted.trim() !== '*'
}

/**
 * Throws `precondition-failed` where `If-Match` names other versions than this one (RFC 9110, section 13.1.1). Weak tags
 * count as well: a job's is weak, and a proxy that compresses makes the others weak on their way to the client.
 */
export function checkIfMatch(request: FastifyRequest, etag: string): void {
  if (!namesVersions(request)) return
  const wanted = request.headers['if-match'] ?? ''
  if (wanted.split(',').some((tag) => strong(tag) === strong(etag))) return
  throw new ProblemError('precondition-failed', `If-Match does not name what is here: its ETag is ${etag}`)
}
