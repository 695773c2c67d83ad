import type { ProblemSlug } from '../../../src/wire/problem.ts'

/** Something that a hostile client sends, and the right answer to it. */
export type HostileInput = {
  readonly name: string
  readonly method: string
  /** As it stands in the request line, not encoded any further. */
  readonly path: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** Large ones are made when they are needed. */
  readonly body?: string | Buffer | (() => string | Buffer)
  /** The whole request, where the parts above can't say it. */
  readonly raw?: string | Buffer
  readonly status: number
  readonly problem?: ProblemSlug
  /** Where `errors` must point. */
  readonly pointer?: string
  /** Headers that the answer must have. */
  readonly gives?: Readonly<Record<string, string>>
  /** Texts that must not stand in the answer. */
  readonly without?: readonly string[]
  /** The body of an answer that is no problem, as far as it matters. */
  readonly body200?: object
}

/** A POST of a definition. */
export function definition(
  name: string,
  body: HostileInput['body'] | object,
  answer: Pick<HostileInput, 'status' | 'problem' | 'pointer' | 'body200'>,
): HostileInput {
  const text = typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body
  const headers = [['content-type', 'application/json']] as const
  return { name, method: 'POST', path: '/v1/jobs', headers, ...(text === undefined ? {} : { body: text }), ...answer }
}

/** A GET. */
export function get(
  name: string,
  path: string,
  answer: Pick<HostileInput, 'status' | 'problem' | 'without' | 'gives'>,
): HostileInput {
  return { name, method: 'GET', path, ...answer }
}

export const MALFORMED = { status: 400, problem: 'malformed-request' } as const
export const NOT_FOUND = { status: 404, problem: 'not-found' } as const
export const ACCEPTED = { status: 202 } as const
export const INVALID = (pointer: string) => ({ status: 422, problem: 'invalid-definition', pointer }) as const
