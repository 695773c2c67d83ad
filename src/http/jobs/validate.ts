import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { checkSteps } from '../../engine/plan/checks.ts'
import { STATUS_VALUES } from '../../engine/status.ts'
import { JobInput } from '../../wire/definition.ts'
import type { StatusWire } from '../../wire/job.ts'
import { parseJob } from '../../wire/parseDefinition.ts'
import { refTo } from '../../wire/ref.ts'
import type { HttpDeps } from '../deps.ts'
import { checkTags, needs } from '../auth/guard.ts'
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
export function validateRoute(app: FastifyInstance, { registry, rules }: HttpDeps): void {
  app.post('/jobs/validate', { schema }, async (request) => {
    const { definition } = parseJob(request.body, rules)
    checkTags(request, definition.tags)
    const failures = checkSteps(definition, registry)
    const steps = definition.steps.map(({ id, position }, index) => {
      const failure = failures[index] ?? null
      const name = failure?.status ?? 'NONE'
      return { id, position, status: { name, value: STATUS_VALUES[name] }, detail: failure?.error.message ?? null }
    })
    return { valid: failures.every((failure) => failure === null), steps }
  })
}
