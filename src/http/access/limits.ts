import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Database } from '../../store/client.ts'
import { readLimits, setLimits } from '../../store/access/limits.ts'
import { TenantName } from '../../wire/access.ts'
import { completeLimits, type Limits, type LimitsWire, parseLimits } from '../../wire/limits.ts'
import { ProblemError } from '../../wire/problem.ts'
import { refTo } from '../../wire/ref.ts'
import { actorOf, needs, realmOf } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { checkIfMatch, isFresh, tagOfContent } from '../protocol/etag.ts'
import { IfMatch, IfNoneMatch, problems } from '../openapi/schemas.ts'

const params = Type.Object({ tenant: TenantName })

const readSchema = {
  operationId: 'getLimits',
  summary: "Get a tenant's limits",
  description: 'What a tenant may use at most. Null: no bound.',
  tags: ['Access'],
  security: needs('admin'),
  params,
  headers: Type.Object({ ...IfNoneMatch.properties, ...IfMatch.properties }),
  response: {
    200: { ...refTo<LimitsWire>('Limits'), description: 'The limits.' },
    304: Type.Null({ description: 'They have not changed.' }),
    ...problems(404, 412),
  },
}

const setSchema = {
  operationId: 'setLimits',
  summary: "Set a tenant's limits",
  description:
    'Replaces all of them: what is left out has no bound. Within 5 s on every replica. Only for admins of the tenant `default`, the operator.',
  tags: ['Access'],
  security: needs('admin'),
  params,
  headers: IfMatch,
  body: refTo<Partial<Limits>>('LimitsInput'),
  response: {
    200: { ...refTo<LimitsWire>('Limits'), description: 'The limits.' },
    ...problems(404, 412, 413, 415, 422),
  },
}

type Route = { Params: { tenant: string } }

/** `/v1/tenants/{tenant}/limits`. */
export function limitRoutes(app: FastifyInstance, { database, limits }: HttpDeps): void {
  app.get<Route>('/tenants/:tenant/limits', { schema: readSchema }, async (request, reply) => {
    const { tenant } = request.params
    const realm = realmOf(request)
    if (realm !== null && realm !== tenant) throw new ProblemError('not-found', `there is no tenant ${tenant}`)
    const shown = await limitsOf(database, tenant)
    checkIfMatch(request, tagOfContent(shown))
    return isFresh(request, reply, tagOfContent(shown)) ? reply.code(304).send() : shown
  })

  app.put<Route>('/tenants/:tenant/limits', { schema: setSchema }, async (request, reply) => {
    const { tenant } = request.params
    if (realmOf(request) !== null) {
      throw new ProblemError('forbidden', 'only an admin of the tenant default sets limits')
    }
    const given: Limits = parseLimits(request.body)
    if (request.headers['if-match'] !== undefined) {
      checkIfMatch(request, tagOfContent(await limitsOf(database, tenant)))
    }
    await setLimits(database, tenant, given, actorOf(request))
    limits.set(tenant, given)
    const shown = { tenant, ...given }
    return reply.header('etag', tagOfContent(shown)).send(shown)
  })
}

async function limitsOf(database: Database, tenant: string): Promise<LimitsWire> {
  return { tenant, ...completeLimits(await readLimits(database, tenant)) }
}
