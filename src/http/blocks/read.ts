import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { BlockWire } from '../../wire/block.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { pageOf, problems } from '../openapi/schemas.ts'

const listSchema = {
  operationId: 'listBlocks',
  summary: 'List the blocks',
  description: 'The catalogue of this service: what definitions may name.',
  tags: ['Blocks'],
  security: needs('blocks:read'),
  querystring: Type.Object({
    match: Type.Optional(
      Type.String({ maxLength: 200, description: 'A pattern with `*` and `?`.', examples: ['TEXT.*'] }),
    ),
  }),
  response: { 200: { ...pageOf<BlockWire>('Block'), description: 'The blocks, by name.' }, ...problems() },
}

const oneSchema = {
  operationId: 'getBlock',
  summary: 'Get a block',
  description: 'One block of the catalogue; the name may be written in any case.',
  tags: ['Blocks'],
  security: needs('blocks:read'),
  params: Type.Object({ action: Type.String({ description: "The block's name.", examples: ['TEXT.JOIN'] }) }),
  response: { 200: { ...refTo<BlockWire>('Block'), description: 'The block.' }, ...problems(404) },
}

/** `GET /v1/blocks` and `GET /v1/blocks/{action}`. */
export function blockRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  app.get<{ Querystring: { match?: string } }>('/blocks', { schema: listSchema }, async ({ caller, query }) => ({
    data: service.blocks.list(caller, query.match ?? '*'),
    next_cursor: null,
  }))

  app.get<{ Params: { action: string } }>('/blocks/:action', { schema: oneSchema }, async ({ caller, params }) =>
    service.blocks.read(caller, params.action),
  )
}
