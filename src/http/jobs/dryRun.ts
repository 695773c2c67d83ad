import type { FastifyInstance } from 'fastify'
import type { DryRunInput } from '../../wire/dryRun.ts'
import type { JobWire } from '../../wire/job.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { problems } from '../openapi/schemas.ts'

const schema = {
  operationId: 'dryRunJob',
  summary: 'Run a job without touching the world',
  description:
    'Pure blocks run, `mocks` stand for those with effects, `signals` and `answers` are there from the start, and time passes at once. Nothing is stored. A missing mock fails its step with `MockMissing`; a job that waits for what does not come is `waiting`.',
  tags: ['Jobs'],
  security: needs('jobs:write', 'definitions:write'),
  body: refTo<DryRunInput>('DryRunInput'),
  response: {
    200: { ...refTo<JobWire>('Job'), description: 'The job as it would be.' },
    ...problems(413, 415, 422),
  },
}

/** `POST /v1/jobs/dry-run`. */
export function dryRunRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.post('/jobs/dry-run', { schema }, async ({ caller, body }) => service.jobs.dryRun(caller, body))
}
