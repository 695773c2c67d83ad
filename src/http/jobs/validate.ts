import type { FastifyInstance } from 'fastify'
import { JobInput } from '../../wire/definition.ts'
import { refTo } from '../../wire/ref.ts'
import type { Validation } from '../../wire/validateDefinition.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { problems } from '../openapi/schemas.ts'

const schema = {
  operationId: 'validateJob',
  summary: 'Check a definition',
  description:
    'Tells all that is wrong with a definition before it runs: what would be refused, what would fail for certain, and what hardly means what it says. Nothing is stored.',
  tags: ['Jobs'],
  security: needs('jobs:write', 'definitions:write'),
  body: refTo<JobInput>('JobInput'),
  response: {
    200: { ...refTo<Validation>('Validation'), description: 'All that is wrong, and what each step would start with.' },
    ...problems(413, 415, 422),
  },
}

/** `POST /v1/jobs/validate`. */
export function validateRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.post('/jobs/validate', { schema }, async ({ caller, body }) => service.jobs.validate(caller, body))
}
