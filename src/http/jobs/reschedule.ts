import type { FastifyInstance } from 'fastify'
import type { JobWire } from '../../wire/job.ts'
import { refTo } from '../../wire/ref.ts'
import { parseReschedule, RescheduleInput } from '../../wire/reschedule.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { IfMatch, JobParams, problems } from '../openapi/schemas.ts'
import { checkJobVersion } from './version.ts'

const schema = {
  operationId: 'rescheduleJob',
  summary: 'Give a scheduled job another moment',
  description: 'Only while it is `scheduled`. In the past, or null: it is due at once.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  params: JobParams,
  headers: IfMatch,
  body: RescheduleInput,
  response: {
    200: { ...refTo<JobWire>('Job'), description: 'The job as it is now.' },
    ...problems(404, 409, 412, 413, 415, 422),
  },
}

type Route = { Params: { id: string } }

/** `PATCH /v1/jobs/{id}`. */
export function rescheduleRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.patch<Route>('/jobs/:id', { schema }, async (request) => {
    const { caller, params, body } = request
    const at = parseReschedule(body)
    const known = await checkJobVersion(request, service)
    return service.jobs.reschedule(caller, { id: params.id, at, known })
  })
}
