import type { FastifyRequest } from 'fastify'
import type { Service } from '../../service/service.ts'
import { checkIfMatch, knownTagOfJob } from '../protocol/etag.ts'

/** Throws `precondition-failed` where `If-Match` names other versions of the job than the one that is there. */
export async function checkJobVersion(
  request: FastifyRequest<{ Params: { id: string } }>,
  { jobs }: Service,
): Promise<void> {
  const wanted = request.headers['if-match']
  if (wanted === undefined) return
  checkIfMatch(request, knownTagOfJob(wanted, await jobs.readVersion(request.caller, request.params.id)))
}
