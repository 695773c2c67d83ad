import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { problems } from '../openapi/schemas.ts'

const schema = {
  operationId: 'getSchema',
  summary: 'Get a JSON Schema of a definition',
  description:
    'JSON Schema 2020-12 with every block of this catalogue, its parameters, and tags wherever a value may stand: for editors and language models.',
  tags: ['Blocks'],
  security: needs('blocks:read'),
  response: {
    200: {
      description: 'The schema.',
      content: { 'application/schema+json': { schema: Type.Record(Type.String(), Type.Unknown()) } },
    },
    ...problems(),
  },
}

/** `GET /v1/schema`. */
export function schemaRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.get('/schema', { schema }, async ({ caller }, reply) =>
    reply.type('application/schema+json').send(JSON.stringify(service.blocks.schema(caller))),
  )
}
