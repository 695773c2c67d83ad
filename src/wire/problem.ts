import { type Static, Type } from 'typebox'

/** One thing that does not fit, and where (RFC 6901 JSON Pointer into the body). */
export const FieldError = Type.Object(
  {
    pointer: Type.String({ description: 'JSON Pointer into the request body.', examples: ['/steps/0/action'] }),
    detail: Type.String({ description: 'What is wrong there, and what would be right.' }),
  },
  { $id: 'FieldError' },
)
export type FieldError = Static<typeof FieldError>

/** An error as it leaves the process: RFC 9457, `application/problem+json`. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: '`/problems/` and a slug; stable.', examples: ['/problems/not-found'] }),
    title: Type.String({ description: 'The same for every problem of this type.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    detail: Type.String({ description: 'What happened here, for people.' }),
    instance: Type.String({ description: 'The id of the request, as in `x-request-id`.' }),
    errors: Type.Optional(
      Type.Array(Type.Unsafe<FieldError>(Type.Ref('FieldError#')), { description: 'For a body that does not fit.' }),
    ),
  },
  { $id: 'Problem', description: 'What went wrong (RFC 9457).' },
)
export type Problem = Static<typeof Problem>

/**
 * All problems that leave the process: slug, status and title in one table. `docs/problems.md` says for each what to
 * do; a test compares the two.
 */
export const PROBLEMS = {
  'malformed-request': [400, 'The request is malformed'],
  unauthorized: [401, 'No valid key was given'],
  forbidden: [403, 'The key may not do this'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  'not-acceptable': [406, 'Nothing acceptable can be given'],
  'job-exists': [409, 'The id is taken'],
  'job-not-finished': [409, 'The job is not over'],
  'job-finished': [409, 'The job is over'],
  'idempotency-conflict': [409, 'The idempotency key was used for something else'],
  'payload-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body must be JSON'],
  'invalid-definition': [422, 'The definition is not valid'],
  'too-many-requests': [429, 'Too many requests'],
  'internal-error': [500, 'Something went wrong here'],
  unavailable: [503, 'The service is not available'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ProblemSlug = keyof typeof PROBLEMS

/** Thrown anywhere below a route to answer with a problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code = 'CONDUIT_PROBLEM'
  readonly statusCode: number
  readonly slug: ProblemSlug
  readonly errors: readonly FieldError[]
  /** Seconds after which to try again, for 429 and 503. */
  readonly retryAfter: number | undefined

  constructor(slug: ProblemSlug, detail: string, more: { errors?: readonly FieldError[]; retryAfter?: number } = {}) {
    super(detail)
    this.slug = slug
    this.statusCode = PROBLEMS[slug][0]
    this.errors = more.errors ?? []
    this.retryAfter = more.retryAfter
  }
}
