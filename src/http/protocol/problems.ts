import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { StoredUnreadable } from '../../engine/values/unreadable.ts'
import { DatabaseUnavailable } from '../../service/outage.ts'
import { ProblemError, type ProblemSlug, problemToWire } from '../../wire/problem.ts'
import { explained, type ValidationError } from '../../wire/validationError.ts'
import { asksOfAll, isKnownMethod } from './methods.ts'
import { protect } from './securityHeaders.ts'

/** The media type of problems (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** Answers every error as `application/problem+json` (RFC 9457): the routes' own, Fastify's, and 404. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply))
  app.setNotFoundHandler((request, reply) => {
    if (asksOfAll(request)) return reply.code(204).send()
    sendError(noSuchRoute(request), request, reply)
  })
}

function noSuchRoute({ method, url }: FastifyRequest): ProblemError {
  if (!isKnownMethod(method)) return new ProblemError('not-implemented', `the method ${method} is not known here`)
  return new ProblemError('not-found', `there is no route ${method} ${urlPath(url)}`)
}

/** Answers one error. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblemError(error)
  if (problem.statusCode === 500) request.log.error({ reqId: request.id, err: error }, 'a request failed')
  // A database that is away is told of by its cause, not by the request.
  else if (problem.slug === 'unavailable' && !(error instanceof DatabaseUnavailable))
    request.log.warn({ reqId: request.id, reason: problem.message }, 'a request was turned away')
  if (problem.retryAfter !== undefined) reply.header('retry-after', String(problem.retryAfter))
  if (problem.slug === 'payload-too-large') readOn(request, reply)
  reply.header('x-request-id', request.id)
  if (!reply.hasHeader('x-content-type-options')) protect(reply)
  void reply
    .code(problem.statusCode)
    .type(PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send(problemToWire(problem, request.id))
}

/**
 * Lets the rest of a body that is too large come and throws it away, for as long as a request may take: closing at once,
 * as Fastify would, resets the connection under a client that is still sending, and it never sees the answer.
 */
function readOn({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection')
  raw.resume()
}

/** Fastify's errors by the status that they carry. */
const BY_STATUS: Readonly<Record<number, ProblemSlug>> = {
  400: 'malformed-request',
  403: 'not-found', // the documentation page's files: a path that leads out of their folder
  404: 'not-found',
  405: 'method-not-allowed',
  406: 'not-acceptable',
  408: 'malformed-request',
  413: 'payload-too-large',
  414: 'malformed-request',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
  431: 'malformed-request',
  503: 'unavailable',
}

function toProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof DatabaseUnavailable) {
    return new ProblemError('unavailable', 'the database does not answer; try again', { retryAfter: 1 })
  }
  if (error instanceof StoredUnreadable) return new ProblemError('job-unreadable', error.message)
  const validation = validationOf(error)
  if (validation !== null) return validation
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  const slug = BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'malformed-request' : undefined)
  if (slug === undefined)
    return new ProblemError('internal-error', 'this is a bug; the log has it under this request id')
  return new ProblemError(slug, detailOf(slug, status), slug === 'unavailable' ? { retryAfter: 1 } : {})
}

/** What a route's own schema refused: a query parameter, or a header. */
function validationOf(error: unknown): ProblemError | null {
  if (!(error instanceof Error) || !('validation' in error) || !Array.isArray(error.validation)) return null
  const errors = explained(error.validation as ValidationError[])
  const sentence = errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('; ')
  return new ProblemError('malformed-request', sentence || 'a parameter is not valid')
}

/** Not imported: an import reads all that the module exports, and with that loads a second HTTP client, Node's own. */
const { STATUS_CODES } = process.getBuiltinModule('node:http')

/** Fastify's own sentences speak of its options; these speak to the client. */
function detailOf(slug: ProblemSlug, status: number): string {
  switch (slug) {
    case 'payload-too-large':
      return 'the body is larger than the service allows'
    case 'unsupported-media-type':
      return 'send the body as application/json'
    case 'unavailable':
      return 'the service is shutting down'
    default:
      return `${STATUS_CODES[status] ?? 'Bad Request'}: the request can't be understood`
  }
}

/** The path of a URL: a query may hold what belongs in no message. */
export function urlPath(url: string): string {
  const query = url.indexOf('?')
  return (query < 0 ? url : url.slice(0, query)).slice(0, 200)
}
