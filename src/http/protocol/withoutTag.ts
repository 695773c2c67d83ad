import type { FastifyInstance, FastifySchema } from 'fastify'
import { ProblemError } from '../../wire/problem.ts'
import { problemResponse } from '../problemSchema.ts'

/**
 * What is changed by one of these and has no ETag fits no `If-Match` (RFC 9110, section 13.1.1). It is refused: who sends
 * one counts on not overwriting what others wrote.
 */
const CHANGING: ReadonlySet<string> = new Set(['PUT', 'PATCH', 'DELETE'])

/** Answers `precondition-failed` to an `If-Match` on routes that change something and do not say in their schema that they heed it. */
export function refuseUnheededMatch(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, schema }) => {
    if (CHANGING.has(String(method)) && schema !== undefined && !heedsMatch(schema))
      Object.assign(schema.response ?? {}, { 412: problemResponse(412) })
  })
  app.addHook('preValidation', ({ method, headers, routeOptions: { schema } }, _reply, done) => {
    const wanted = headers['if-match']?.trim()
    // Of what is changed in place or taken away, that it is there at all is looked at anyway.
    const isAsked = wanted !== undefined && (wanted !== '*' || method === 'PUT')
    const refused = isAsked && CHANGING.has(method) && schema !== undefined && !heedsMatch(schema)
    done(refused ? new ProblemError('precondition-failed', 'this has no ETag: leave If-Match out') : undefined)
  })
}

function heedsMatch({ headers }: FastifySchema): boolean {
  return JSON.stringify(headers ?? {}).includes('"if-match"')
}
