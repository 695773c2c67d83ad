import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { JobWire } from '../../wire/job.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { JobParams, problems } from '../openapi/schemas.ts'

const schema = {
  operationId: 'rescheduleJob',
  summary: 'Give a scheduled job another moment',
  description: 'Only while it is `scheduled`. In the past, or null: it is due at once.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  params: JobParams,
  body: Type.Object(
    {
      run_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
        description: 'When it is to begin.',
      }),
    },
    { additionalProperties: false, examples: [{ run_at: '2027-01-04T08:00:00Z' }] },
  ),
  response: {
    200: { ...refTo<JobWire>('Job'), description: 'The job as it is now.' },
    ...problems(404, 409, 413, 415, 422),
  },
}

type Route = { Params: { id: string }; Body: { run_at: string | null } }

/** `PATCH /v1/jobs/{id}`. */
export function rescheduleRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.patch<Route>('/jobs/:id', { schema }, async ({ caller, params, body: { run_at: runAt } }) =>
    service.jobs.reschedule(caller, { id: params.id, at: runAt === null ? null : Date.parse(runAt) }),
  )
}
