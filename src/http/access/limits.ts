import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { TenantName } from '../../wire/access.ts'
import type { Limits, LimitsWire } from '../../wire/limits.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { IfMatch, IfNoneMatch, problems } from '../openapi/schemas.ts'
import { checkIfMatch, isFresh, namesVersions, tagOfContent } from '../protocol/etag.ts'

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

/** Of the bounds alone: what is used changes by itself. */
function tagOf({ used: _used, ...bounds }: LimitsWire): string {
  return tagOfContent(bounds)
}

/** `/v1/tenants/{tenant}/limits`. */
export function limitRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  const { limits } = service
  app.get<Route>('/tenants/:tenant/limits', { schema: readSchema }, async (request, reply) => {
    const shown = await limits.read(request.caller, request.params.tenant)
    checkIfMatch(request, tagOf(shown))
    return isFresh(request, reply, tagOf(shown)) ? reply.code(304).send() : shown
  })

  app.put<Route>('/tenants/:tenant/limits', { schema: setSchema }, async (request, reply) => {
    const { caller, params, body: input } = request
    const { tenant } = params
    const known = namesVersions(request) ? await limits.read(caller, tenant) : null
    if (known !== null) checkIfMatch(request, tagOf(known))
    const shown = await limits.set(caller, { tenant, input, known })
    return reply.header('etag', tagOf(shown)).send(shown)
  })
}
