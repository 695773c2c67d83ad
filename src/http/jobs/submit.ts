import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { AcceptedJob } from '../../service/jobs/submit.ts'
import type { WaitRequest } from '../../service/jobs/wait.ts'
import { type JobByName, JobInput } from '../../wire/definition.ts'
import type { EventWire } from '../../wire/event.ts'
import type { JobWire } from '../../wire/job.ts'
import { refTo } from '../../wire/ref.ts'
import { endWithKey } from '../auth/endWithKey.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { problems } from '../openapi/schemas.ts'
import { prefersStream } from '../protocol/acceptable.ts'
import { IdempotencyKey, idempotencyKeyOf, tellReplayed } from '../protocol/idempotency.ts'
import { takeBody } from '../protocol/jsonBody.ts'
import { ACCEPTED, Prefer, sendAccepted, tellJob, waitOf } from './accepted.ts'

const schema = {
  operationId: 'submitJob',
  summary: 'Submit a job',
  description:
    'Accepts a definition; the job is durable when this answers. `Prefer: wait=SECONDS` waits for its end, `Idempotency-Key` makes a repeat safe. With `Accept: text/event-stream` the answer is the stream of its events, from the first one on.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  querystring: Type.Object({
    validate: Type.Optional(
      Type.Unsafe<'refuse' | 'warn'>(
        Type.String({
          enum: ['refuse', 'warn'],
          description:
            '`refuse`: 422 with all problems where a step must fail; `warn`: accepts, and adds `problems` to the answer.',
        }),
      ),
    ),
  }),
  headers: Type.Object({ ...Prefer.properties, ...IdempotencyKey.properties }),
  body: Type.Union([refTo<JobInput>('JobInput'), refTo<JobByName>('JobByName')], {
    examples: [Reflect.get(JobInput, 'examples')[0]],
  }),
  response: {
    200: {
      description:
        'The job is over (with `Prefer: wait`); or its events, as they come (with `Accept: text/event-stream`).',
      content: {
        'application/json': { schema: refTo<JobWire>('Job') },
        'text/event-stream': { schema: refTo<EventWire>('Event') },
      },
    },
    202: ACCEPTED[202],
    ...problems(409, 413, 415, 422),
  },
}

/** `POST /v1/jobs`. */
export function submitRoute(app: FastifyInstance, deps: HttpDeps): void {
  const { jobs } = deps.service
  app.post<SubmitRoute>('/jobs', { schema, config: { streams: true } }, async (request, reply) => {
    const { caller } = request
    const streams = prefersStream(request)
    // A job that is refused for its stream leaves nothing behind.
    using _admission = streams ? await jobs.admitStream(caller) : null
    const wait = streams ? null : waitOf(request, reply, deps)
    const isLogged = !streams && wait === null
    const accepted = await submit(request, wait, isLogged, deps)
    if (isLogged) tellEnd(request, reply, accepted)
    return send(request, reply, accepted, wait, deps)
  })
}

type SubmitRoute = { Querystring: { validate?: 'refuse' | 'warn' } }

/** Not async, and beside the route: what waits for the end of a job holds nothing of its body. */
function submit(
  request: FastifyRequest<SubmitRoute>,
  wait: WaitRequest | null,
  isLogged: boolean,
  { service: { jobs } }: HttpDeps,
): Promise<AcceptedJob> {
  const idempotencyKey = idempotencyKeyOf(request)
  const { validate = null } = request.query
  return jobs.submit(request.caller, { ...takeBody(request), idempotencyKey, validate, wait, isLogged })
}

/** The line of the request tells the end of its job; where nobody is there to be answered any more it has none. */
function tellEnd(request: FastifyRequest, { raw }: FastifyReply, { job, replayed }: AcceptedJob): void {
  if (replayed || job.finished_at === null) return
  const { id, state } = job
  if (raw.destroyed) request.log.info({ tenant: request.caller.tenant, job: id, state }, 'job')
  else request.endedJob = { id, state }
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { job, replayed, problems: found }: AcceptedJob,
  wait: WaitRequest | null,
  deps: HttpDeps,
): FastifyReply {
  tellReplayed(reply, replayed)
  if (!prefersStream(request)) return sendAccepted(reply, job, wait, found === null ? job : { ...job, problems: found })
  tellJob(reply, job.id)
  endWithKey(request, reply, deps)
  deps.streams.open(request, reply, job.id, 0, null)
  return reply
}
