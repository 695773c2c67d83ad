import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { readLimits, setLimits } from '../../store/access/limits.ts'
import { TenantName } from '../../wire/access.ts'
import { type Limits, type LimitsWire, NO_LIMITS, parseLimits } from '../../wire/limits.ts'
import { ProblemError } from '../../wire/problem.ts'
import { refTo } from '../../wire/ref.ts'
import { actorOf, needs, realmOf } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { problems } from '../openapi/schemas.ts'

const params = Type.Object({ tenant: TenantName })

const readSchema = {
  operationId: 'getLimits',
  summary: "Get a tenant's limits",
  description: 'What a tenant may use at most. Null: no bound.',
  tags: ['Access'],
  security: needs('admin'),
  params,
  response: { 200: { ...refTo<LimitsWire>('Limits'), description: 'The limits.' }, ...problems(404) },
}

const setSchema = {
  operationId: 'setLimits',
  summary: "Set a tenant's limits",
  description:
    'Replaces all of them: what is left out has no bound. Within 5 s on every replica. Only for admins of the tenant `default`, the operator.',
  tags: ['Access'],
  security: needs('admin'),
  params,
  body: refTo<Partial<Limits>>('LimitsInput'),
  response: {
    200: { ...refTo<LimitsWire>('Limits'), description: 'The limits.' },
    ...problems(404, 413, 415, 422),
  },
}

type Route = { Params: { tenant: string } }

/** `/v1/tenants/{tenant}/limits`. */
export function limitRoutes(app: FastifyInstance, { database, limits }: HttpDeps): void {
  app.get<Route>('/tenants/:tenant/limits', { schema: readSchema }, async (request) => {
    const { tenant } = request.params
    const realm = realmOf(request)
    if (realm !== null && realm !== tenant) throw new ProblemError('not-found', `there is no tenant ${tenant}`)
    return { tenant, ...((await readLimits(database, tenant)) ?? NO_LIMITS) }
  })

  app.put<Route>('/tenants/:tenant/limits', { schema: setSchema }, async (request) => {
    const { tenant } = request.params
    if (realmOf(request) !== null) {
      throw new ProblemError('forbidden', 'only an admin of the tenant default sets limits')
    }
    const given: Limits = parseLimits(request.body)
    await setLimits(database, tenant, given, actorOf(request))
    limits.set(tenant, given)
    return { tenant, ...given }
  })
}
