import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { LimitBook } from '../../access/limitBook.ts'
import type { RequestBudget } from '../../access/requestBudget.ts'
import { type Limits, NO_LIMITS } from '../../wire/limits.ts'
import { ProblemError } from '../../wire/problem.ts'

/** Where the bounds of tenants stand, and where their requests are counted. */
export type RateLimitDeps = { readonly limits: LimitBook; readonly budget: RequestBudget }

/** The name of the policy in the fields of draft-ietf-httpapi-ratelimit-headers. */
const POLICY = 'requests'

/**
 * Counts the requests of tenants that have a bound on them, and tells them how they stand (`RateLimit`,
 * `RateLimit-Policy`). For the others it is one look-up in memory. Register it behind `guardRoutes`, which knows the
 * tenant. Probes and metrics count for nobody.
 */
export function limitRequests(app: FastifyInstance, { limits, budget }: RateLimitDeps): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { scope } = request.routeOptions.config
    if (scope == null || scope === 'metrics') return done()
    const known = limits.of(request.caller.tenant)
    if (known instanceof Promise || known.requests_per_second !== null) {
      void limit(request, reply, known).then(() => done(), done)
    } else {
      bound(request, known)
      done()
    }
  })
  const limit = async (
    request: FastifyRequest,
    reply: FastifyReply,
    known: Limits | Promise<Limits>,
  ): Promise<void> => {
    const bounds = await known
    bound(request, bounds)
    const { requests_per_second: rate } = bounds
    if (rate !== null) await takeOne(request.caller.tenant, rate, budget, reply)
  }
}

/** The caller from now on, with what its tenant may use. */
function bound(request: FastifyRequest, limits: Limits): void {
  if (limits !== NO_LIMITS) request.caller = { ...request.caller, limits }
}

async function takeOne(tenant: string, rate: number, budget: RequestBudget, reply: FastifyReply): Promise<void> {
  const { admitted, remaining } = await budget.take(tenant, rate)
  reply.header('ratelimit-policy', `"${POLICY}";q=${rate};w=1`)
  reply.header('ratelimit', `"${POLICY}";r=${remaining};t=1`)
  if (admitted) return
  throw new ProblemError('too-many-requests', `the tenant may send ${rate} requests a second`, { retryAfter: 1 })
}
