import type { FastifyRequest } from 'fastify'
import type { JobVersion } from '../../service/jobs/read.ts'
import type { Service } from '../../service/service.ts'
import { checkIfMatch, knownTagOfJob, namesVersions } from '../protocol/etag.ts'

/**
 * The version of a job that `If-Match` names; null: any. Throws `precondition-failed` where another one is there, and
 * `not-found`.
 */
export async function checkJobVersion(
  request: FastifyRequest<{ Params: { id: string } }>,
  { jobs }: Service,
): Promise<JobVersion | null> {
  const wanted = request.headers['if-match']
  if (wanted === undefined) return null
  const version = await jobs.readVersion(request.caller, request.params.id)
  checkIfMatch(request, knownTagOfJob(wanted, version))
  return namesVersions(request) ? version : null
}
