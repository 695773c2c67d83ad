import accepts from '@fastify/accepts'
import type { FastifyInstance } from 'fastify'
import { ProblemError } from '../wire/problem.ts'

/** A parameter in `Accept` must be met, and JSON needs none: `charset=utf-8` is what clients write all the same. */
const GIVEN = ['application/json', 'application/json; charset=utf-8', 'application/problem+json']

/** Refuses with 406 what can only be answered in JSON when the client takes none (RFC 9110, section 12.5.1). */
export async function answerOnlyJson(app: FastifyInstance): Promise<void> {
  await app.register(accepts)
  app.addHook('onRequest', async (request) => {
    const { accept } = request.headers
    if (accept === undefined || accept === '*/*' || accept === 'application/json') return
    if (request.accepts().type(GIVEN) === false) {
      throw new ProblemError('not-acceptable', 'this is only given as application/json')
    }
  })
}
