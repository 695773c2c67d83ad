import type { FastifyInstance } from 'fastify'
import type { JobWire } from '../../wire/job.ts'
import { ProblemError } from '../../wire/problem.ts'
import { refTo } from '../../wire/ref.ts'
import type { HttpDeps } from '../deps.ts'
import { actorOf, needs } from '../auth/guard.ts'
import { checkIfMatch, tagOfJob } from '../protocol/etag.ts'
import { IfMatch, JobParams, problems } from '../openapi/schemas.ts'
import { checkJobId, findJob, findVersion, noSuchJob, renderJob } from './find.ts'

const schema = {
  operationId: 'cancelJob',
  summary: 'Cancel a job',
  description:
    'Recorded at once and not taken back: a queued job is over, a running one ends its step and is over soon.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  params: JobParams,
  headers: IfMatch,
  response: {
    202: { ...refTo<JobWire>('Job'), description: 'The job as it is now.' },
    ...problems(404, 409, 412, 413, 415),
  },
}

/** A cancelled job is over in a moment, where a block heeds its signal or none is called; the answer waits so long for it. */
const SETTLE_MS = 2000

/** `POST /v1/jobs/{id}/cancel`. */
export function cancelRoute(app: FastifyInstance, { database, executor, feed }: HttpDeps): void {
  app.post<{ Params: { id: string } }>('/jobs/:id/cancel', { schema }, async (request, reply) => {
    const { tenant } = request
    const id = checkJobId(request.params.id)
    if (request.headers['if-match'] !== undefined) {
      checkIfMatch(request, tagOfJob(await findVersion(database, tenant, id)))
    }
    const cancellation = await executor.cancel(tenant, id, actorOf(request))
    if (cancellation.kind === 'not-found') throw noSuchJob(id)
    if (cancellation.kind === 'finished')
      throw new ProblemError('job-finished', 'the job ended before it was cancelled')
    if (!cancellation.over) await feed.waitForEnd({ tenant, id }, SETTLE_MS)
    return reply.code(202).send(await renderJob(database, await findJob(database, tenant, id)))
  })
}
