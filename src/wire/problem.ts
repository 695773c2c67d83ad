import { type Static, Type } from 'typebox'

/** One thing that does not fit, and where (RFC 6901 JSON Pointer into the body). */
export const FieldError = Type.Object(
  {
    pointer: Type.String({ description: 'JSON Pointer into the request body.', examples: ['/steps/0/action'] }),
    detail: Type.String({ description: 'What is wrong there, and what would be right.' }),
    severity: Type.Optional(Type.String({ description: 'With `?validate=refuse`: `error` or `warning`.' })),
    code: Type.Optional(Type.String({ description: 'With `?validate=refuse`: what kind of problem it is.' })),
    suggestion: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description: 'With `?validate=refuse`: the name that was most likely meant.',
      }),
    ),
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
 * All problems that leave the process: slug, status, title, and what the client can do. `docs/problems.md` is made from
 * this table.
 */
export const PROBLEMS = {
  'malformed-request': [
    400,
    'The request is malformed',
    'Mend the request: `detail` names the parameter, the header or the place in the JSON.',
  ],
  unauthorized: [401, 'No valid key was given', 'Send a valid key: `Authorization: Bearer …`.'],
  forbidden: [
    403,
    'The key may not do this',
    'Use a key that holds the scope or tag that `detail` names, or ask the operator for one.',
  ],
  'not-found': [
    404,
    'There is no such thing',
    'Check path and id. What belongs to another tenant is not found either.',
  ],
  'method-not-allowed': [
    405,
    'The method is not allowed here',
    'Use one of the methods that the header `Allow` names.',
  ],
  'not-acceptable': [406, 'Nothing acceptable can be given', 'Send an `Accept` that allows JSON, or none.'],
  'job-exists': [
    409,
    'The id is taken',
    'Take another id, or none. For a repeat that is safe send an `Idempotency-Key`.',
  ],
  'job-not-finished': [409, 'The job is not over', 'Cancel the job or wait for its end, then delete it.'],
  'job-not-scheduled': [409, 'The job is not scheduled any more', 'Nothing: its moment has come, or it was cancelled.'],
  'job-finished': [409, 'The job is over', 'Nothing: the job was over before the cancel, or the signal, came.'],
  'question-answered': [
    409,
    'The question was answered',
    'Nothing: an answer holds once; read the question to see it.',
  ],
  'question-expired': [
    409,
    'The question is not open any more',
    'Nothing: its time was up, or its job was cancelled or is over.',
  ],
  'idempotency-conflict': [
    409,
    'The idempotency key was used for something else',
    'Use a new key for another definition. If the first job was deleted, use a new key as well.',
  ],
  'secrets-closed': [
    409,
    'The service keeps no secrets',
    'The operator sets `SECRETS_KEY`, 32 random characters or more, the same on every replica.',
  ],
  'precondition-failed': [
    412,
    'It has changed meanwhile',
    'Read it again and send its new `ETag` as `If-Match`, or leave `If-Match` out.',
  ],
  'payload-too-large': [413, 'The body is too large', 'Send less, or ask the operator to raise `BODY_LIMIT_BYTES`.'],
  'unsupported-media-type': [
    415,
    'The body must be JSON',
    'Send JSON with `Content-Type: application/json`; `application/…+json` is taken as the same.',
  ],
  'invalid-definition': [422, 'The definition is not valid', 'Mend what `errors` points at.'],
  'invalid-batch': [
    422,
    'The batch is not valid',
    'Mend what `errors` points at. Its definitions are judged one by one.',
  ],
  'invalid-bulk': [422, 'The action on many jobs is not valid', 'Mend what `errors` points at.'],
  'invalid-schedule': [422, 'The schedule is not valid', 'Mend what `errors` points at.'],
  'invalid-answer': [422, 'The answer is not valid', 'Mend what `errors` points at; the question has the form.'],
  'invalid-secret': [422, 'The secret is not valid', 'Mend what `errors` points at.'],
  'invalid-token-request': [422, 'The token asked for is not valid', 'Mend what `errors` points at.'],
  'invalid-webhook': [
    422,
    'The webhook is not valid',
    'Mend what `errors` points at; docs/events.md says what a URL may be.',
  ],
  'invalid-limits': [422, 'The limits are not valid', 'Mend what `errors` points at.'],
  'invalid-key': [422, 'The key is not valid', 'Mend what `errors` points at.'],
  'too-many-requests': [429, 'Too many requests', 'Wait for `Retry-After` seconds, then try again.'],
  'internal-error': [
    500,
    'Something went wrong here',
    'This is a bug. Report it with `instance`; the log has the details under that id.',
  ],
  'job-unreadable': [
    500,
    'What is stored of the job is damaged',
    'Read the job itself: it shows what is known. It was damaged in the database; the log has the cause under `instance`.',
  ],
  'not-implemented': [
    501,
    'The service does not know how',
    'Use a method that HTTP has for APIs, and send the body without a transfer coding but `chunked`.',
  ],
  unavailable: [
    503,
    'The service is not available',
    'Wait for `Retry-After` seconds, then try again. A `POST` may have been accepted: repeat it with the same id or `Idempotency-Key`.',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, advice: string]>

/** What tells problems apart: the end of their `type`. A page of the documentation says what to do for each. */
export type ProblemSlug = keyof typeof PROBLEMS

/** Whether there is such a problem. */
export function isProblemSlug(slug: string): slug is ProblemSlug {
  return Object.hasOwn(PROBLEMS, slug)
}

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

/**
 * The problem of an input with validation errors, with a sentence that says them all.
 *
 * @param otherwise said where no pointer can be named
 */
export function validationProblem(
  slug: ProblemSlug,
  errors: readonly FieldError[],
  otherwise = 'the body does not fit',
): ProblemError {
  const sentence = errors.map(({ pointer, detail }) => `${pointer || 'the body'} ${detail}`).join('; ')
  return new ProblemError(slug, sentence.slice(0, MAX_TEXT) || otherwise, { errors })
}

/** What is longer only repeats what was sent: a field's name, say, of a megabyte. */
const MAX_TEXT = 1000

/** A problem as it leaves the process. */
export function problemToWire({ slug, message, errors }: ProblemError, instance: string): Problem {
  const [status, title] = PROBLEMS[slug]
  return {
    type: `/problems/${slug}`,
    title,
    status,
    detail: cut(message),
    instance,
    ...(errors.length > 0
      ? { errors: errors.map((error) => ({ ...error, pointer: cut(error.pointer), detail: cut(error.detail) })) }
      : {}),
  }
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT).toWellFormed()}…` : text
}
