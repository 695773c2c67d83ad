import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { refTo } from '../../wire/ref.ts'
import type { RerunInput } from '../../wire/rerun.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { JobParams, problems } from '../openapi/schemas.ts'
import { ACCEPTED, Prefer, sendAccepted, waitOf } from './accepted.ts'
import { IdempotencyKey, idempotencyKeyOf, tellReplayed } from '../protocol/idempotency.ts'

const schema = {
  operationId: 'rerunJob',
  summary: 'Run a job again',
  description:
    'A new job of one that is over: whole, or `from` a step. What was recorded before that step is taken over, so its effects are not repeated. `Prefer: wait=SECONDS` waits for the end of the new job.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  params: JobParams,
  headers: Type.Object({ ...Prefer.properties, ...IdempotencyKey.properties }),
  body: refTo<RerunInput>('RerunInput'),
  response: {
    ...ACCEPTED,
    ...problems(404, 409, 413, 415, 422),
  },
}

type Route = { Params: { id: string } }

/** `POST /v1/jobs/{id}/rerun`. */
export function rerunRoute(app: FastifyInstance, deps: HttpDeps): void {
  const config = { bodyOptional: true } as const
  app.post<Route>('/jobs/:id/rerun', { schema, config }, async (request, reply) => {
    const { caller, params, body: asked } = request
    const idempotencyKey = idempotencyKeyOf(request)
    const wait = waitOf(request, reply, deps)
    const { job, replayed } = await deps.service.jobs.rerun(caller, { id: params.id, asked, idempotencyKey, wait })
    return sendAccepted(tellReplayed(reply, replayed), job, wait)
  })
}
