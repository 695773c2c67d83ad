import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { WaitRequest } from '../../service/jobs/wait.ts'
import type { JobWire } from '../../wire/job.ts'
import { refTo } from '../../wire/ref.ts'
import { endWithKey } from '../auth/endWithKey.ts'
import type { HttpDeps } from '../deps.ts'
import { preferredWait } from '../protocol/prefer.ts'
import { goneSignal } from '../protocol/requests.ts'

/** The header of requests that make a job, and may wait for its end. */
export const Prefer = Type.Object({
  prefer: Type.Optional(Type.String({ description: '`wait=SECONDS`, at most 60 (RFC 7240).', examples: ['wait=10'] })),
})

/** What they are answered with. */
export const ACCEPTED = {
  200: { ...refTo<JobWire>('Job'), description: 'The job is over (with `Prefer: wait`).' },
  202: { ...refTo<JobWire>('Job'), description: 'The job is accepted, as it is now.' },
}

/** Whether a request waits for the end of the job that it makes; null: no. */
export function waitOf(request: FastifyRequest, reply: FastifyReply, deps: HttpDeps): WaitRequest | null {
  const seconds = preferredWait(request.headers.prefer)
  if (seconds === null) return null
  endWithKey(request, reply, deps)
  return { seconds, signal: goneSignal(reply) }
}

/** Says where a job is that was made. */
export function tellJob(reply: FastifyReply, id: string): void {
  const path = `/v1/jobs/${id}`
  reply.header('location', path).header('link', `<${path}>; rel="monitor"`)
}

/** Answers with a job that was made: 200 where it was waited for and is over, else 202. */
export function sendAccepted(
  reply: FastifyReply,
  job: JobWire,
  wait: WaitRequest | null,
  answer: object = job,
): FastifyReply {
  tellJob(reply, job.id)
  if (wait === null || job.finished_at === null) return reply.code(202).send(answer)
  return reply.code(200).header('preference-applied', `wait=${wait.seconds}`).send(answer)
}
