import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { JobInput } from '../../wire/definition.ts'
import type { StatusWire } from '../../wire/job.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { problems } from '../openapi/schemas.ts'

const schema = {
  operationId: 'validateJob',
  summary: 'Check a definition',
  description: 'Makes the checks that need no run: what would fail for certain is told, and nothing is stored.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  body: refTo<JobInput>('JobInput'),
  response: {
    200: Type.Object(
      {
        valid: Type.Boolean(),
        steps: Type.Array(
          Type.Object({
            id: Type.String(),
            position: Type.Integer(),
            status: refTo<StatusWire>('Status'),
            detail: Type.Union([Type.String(), Type.Null()]),
          }),
        ),
      },
      { description: 'What each step would start with.' },
    ),
    ...problems(413, 415, 422),
  },
}

/** `POST /v1/jobs/validate`. */
export function validateRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.post('/jobs/validate', { schema }, async ({ caller, body }) => service.jobs.validate(caller, body))
}
