import type { FastifyInstance } from 'fastify'
import { allFunctions } from '../../engine/expressions/functions/table.ts'
import { type FunctionWire, functionToWire } from '../../wire/function.ts'
import { needs } from '../auth/guard.ts'
import { pageOf, problems } from '../openapi/schemas.ts'

const schema = {
  operationId: 'listFunctions',
  summary: 'List the functions of expressions',
  description: 'What `{= … =}` can call, also on the first argument: `trim(name)` is `name.trim()`.',
  tags: ['Blocks'],
  security: needs('blocks:read'),
  response: { 200: { ...pageOf<FunctionWire>('Function'), description: 'The functions, by kind.' }, ...problems() },
}

/** `GET /v1/functions`. */
export function functionsRoute(app: FastifyInstance): void {
  app.get('/functions', { schema }, async () => ({ data: allFunctions.map(functionToWire), next_cursor: null }))
}
