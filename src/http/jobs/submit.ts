import { randomUUIDv7 } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Submission } from '../../executor/accept/submission.ts'
import type { Submitted } from '../../executor/accept/submit.ts'
import { findKey } from '../../store/jobs/idempotency.ts'
import { type Limits, NO_LIMITS } from '../../wire/limits.ts'
import { JobInput } from '../../wire/definition.ts'
import type { EventWire } from '../../wire/event.ts'
import type { JobWire } from '../../wire/job.ts'
import { jobWithStepsToWire, topEnds } from '../../wire/jobView.ts'
import { type ParsedJob, parseJob } from '../../wire/parseDefinition.ts'
import { ProblemError } from '../../wire/problem.ts'
import { refTo } from '../../wire/ref.ts'
import { withoutCallbacks } from '../../wire/withoutCallbacks.ts'
import { storeCallbacks } from '../../webhooks/storedCallbacks.ts'
import { prefersStream } from '../protocol/acceptable.ts'
import type { HttpDeps } from '../deps.ts'
import { checkFreeSteps, checkTags, needs } from '../auth/guard.ts'
import { endWithKey } from '../auth/endWithKey.ts'
import { type Idempotency, readIdempotency } from '../protocol/idempotency.ts'
import { preferredWait } from '../protocol/prefer.ts'
import { goneSignal } from '../protocol/requests.ts'
import { problems } from '../openapi/schemas.ts'
import { findJob, renderJob } from './find.ts'

/** A job as it is to be answered, and whether it is that of an earlier request. */
type Answer = { readonly job: JobWire; readonly replayed: boolean }

const schema = {
  operationId: 'submitJob',
  summary: 'Submit a job',
  description:
    'Accepts a definition; the job is durable when this answers. `Prefer: wait=SECONDS` waits for its end, `Idempotency-Key` makes a repeat safe. With `Accept: text/event-stream` the answer is the stream of its events, from the first one on.',
  tags: ['Jobs'],
  security: needs('jobs:write'),
  headers: Type.Object({
    prefer: Type.Optional(
      Type.String({ description: '`wait=SECONDS`, at most 60 (RFC 7240).', examples: ['wait=10'] }),
    ),
    'idempotency-key': Type.Optional(
      Type.String({ description: '1 to 255 visible ASCII characters; kept for 24 hours.' }),
    ),
  }),
  body: refTo<JobInput>('JobInput'),
  response: {
    200: {
      description:
        'The job is over (with `Prefer: wait`); or its events, as they come (with `Accept: text/event-stream`).',
      content: {
        'application/json': { schema: refTo<JobWire>('Job') },
        'text/event-stream': { schema: refTo<EventWire>('Event') },
      },
    },
    202: { ...refTo<JobWire>('Job'), description: 'The job is accepted, as it is now.' },
    ...problems(409, 413, 415, 422),
  },
}

/** `POST /v1/jobs`. */
export function submitRoute(app: FastifyInstance, deps: HttpDeps): void {
  app.post('/jobs', { schema, config: { streams: true } }, async (request, reply) => {
    const parsed = parseJob(request.body, deps.rules)
    checkTags(request, parsed.definition.tags)
    checkFreeSteps(request)
    const idempotency = readIdempotency(request.headers['idempotency-key'], request.body)
    using _place = prefersStream(request) ? await admit(request, deps) : null
    const answer = await accept(request, parsed, idempotency, deps)
    return send(request, reply, answer, deps)
  })
}

/** Keeps the tenant's bound on its streams: a job that is refused leaves nothing behind. */
function admit({ tenant, limits }: FastifyRequest, { streamBudget }: HttpDeps): Promise<Disposable> {
  return streamBudget.admit(tenant, limits?.streams ?? null)
}

async function accept(
  request: FastifyRequest,
  job: ParsedJob,
  idempotency: Idempotency | null,
  deps: HttpDeps,
): Promise<Answer> {
  const { tenant, bodyText, caller, limits } = request
  const id = job.id ?? randomUUIDv7()
  const callbacks = storeCallbacks(tenant, id, job.callbacks, deps.secrets)
  const text = callbacks === null ? bodyText : withoutCallbacks(bodyText)
  const createdBy = caller?.keyId ?? null
  const submission: Submission = {
    tenant,
    id,
    createdBy,
    job,
    bounds: { running: limits?.jobs_running ?? null, queued: limits?.jobs_queued ?? null },
    text,
    idempotency,
    callbacks,
  }
  const submitted = await submitOrReplay(submission, limits ?? NO_LIMITS, deps)
  switch (submitted.kind) {
    case 'accepted':
      return { job: renderSubmitted(submitted), replayed: false }
    case 'id-taken':
      throw new ProblemError('job-exists', `there is a job ${submission.id} already`)
    case 'key-taken':
      return { job: await replay(submission, deps), replayed: true }
  }
}

/** What is turned away at a bound, or by a drain, may be the repeat of a job that was accepted: that is answered still. */
async function submitOrReplay(submission: Submission, limits: Limits, deps: HttpDeps): Promise<Submitted> {
  const { tenant, idempotency, job, text } = submission
  const { stored_bytes: maxBytes, messages_pending: maxMessages } = limits
  try {
    if (maxBytes !== null) await deps.storedBytes.admit(tenant, maxBytes, Buffer.byteLength(text))
    await deps.messageBudget.admit(tenant, maxMessages, job)
    return await deps.executor.submit(submission)
  } catch (error) {
    if (!(error instanceof ProblemError) || idempotency === null) throw error
    if ((await findKey(deps.database, tenant, idempotency.key)) === null) throw error
    return { kind: 'key-taken' }
  }
}

function renderSubmitted({ job, steps }: Extract<Submitted, { kind: 'accepted' }>): JobWire {
  return jobWithStepsToWire(job, topEnds(steps))
}

/** The job of the first request with this key. */
async function replay({ tenant, id, idempotency }: Submission, { database }: HttpDeps): Promise<JobWire> {
  const { key, hash } = idempotency as Idempotency
  const holder = await findKey(database, tenant, key)
  // The key is free after all: what stood in the way was the id.
  if (holder === null) throw new ProblemError('job-exists', `there is a job ${id} already`)
  if (!holder.hash.equals(hash)) {
    throw new ProblemError('idempotency-conflict', 'this Idempotency-Key was used with another definition')
  }
  if (holder.gone) throw new ProblemError('idempotency-conflict', 'the job of this Idempotency-Key was deleted')
  return renderJob(database, await findJob(database, tenant, holder.jobId))
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { job: accepted, replayed }: Answer,
  deps: HttpDeps,
): Promise<FastifyReply> {
  const path = `/v1/jobs/${accepted.id}`
  reply.header('location', path).header('link', `<${path}>; rel="monitor"`)
  if (replayed) reply.header('idempotency-replayed', 'true')
  if (prefersStream(request)) {
    endWithKey(request, reply, deps)
    deps.streams.open(request, reply, accepted.id, 0, null)
    return reply
  }
  const wait = preferredWait(request.headers.prefer)
  const job = wait === null ? accepted : await waitForEnd(request, reply, accepted, wait, deps)
  if (wait !== null && job.finished_at !== null) {
    reply.header('preference-applied', `wait=${wait}`)
    return reply.code(200).send(job)
  }
  return reply.code(202).send(job)
}

async function waitForEnd(
  request: FastifyRequest,
  reply: FastifyReply,
  job: JobWire,
  seconds: number,
  deps: HttpDeps,
): Promise<JobWire> {
  if (job.finished_at !== null || seconds === 0) return job
  endWithKey(request, reply, deps)
  const { tenant } = request
  await deps.feed.waitForEnd({ tenant, id: job.id }, seconds * 1000, goneSignal(reply))
  return renderJob(deps.database, await findJob(deps.database, tenant, job.id))
}
