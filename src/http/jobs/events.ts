import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { EventWire } from '../../wire/event.ts'
import type { LiveEvent } from '../../wire/liveEvent.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import { prefersStream } from '../protocol/acceptable.ts'
import type { HttpDeps } from '../deps.ts'
import { OR_TOKEN, TokenQuery } from '../auth/tokens.ts'
import { afterSeqOfList, afterSeqOfStream } from '../stream/afterSeq.ts'
import { endWithKey } from '../auth/endWithKey.ts'
import { JobParams, problems } from '../openapi/schemas.ts'

const DEFAULT_LIMIT = 200
const MAX_LIMIT = 1000

const schema = {
  operationId: 'listEvents',
  summary: "Get a job's events, or watch them",
  description:
    'With `Accept: text/event-stream` a stream: past events first, then live ones from whichever replica runs the job; it ends after `job.finished`. `event:` is the type, `id:` the seq, `data:` the event as JSON. Otherwise a list.',
  tags: ['Jobs'],
  security: [...needs('jobs:read'), ...OR_TOKEN],
  params: JobParams,
  querystring: Type.Object({
    ...TokenQuery.properties,
    after: Type.Optional(Type.String({ description: 'A seq: only events behind it.', examples: ['3'] })),
    live: Type.Optional(
      Type.Boolean({
        description:
          'Of a stream: also what is told only while it happens (`step.started`, `step.retrying`, `step.progress`), without `id:` and `seq`.',
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_LIMIT,
        default: DEFAULT_LIMIT,
        description: 'Of the list; a stream has none.',
      }),
    ),
  }),
  headers: Type.Object({
    'last-event-id': Type.Optional(
      Type.String({ description: 'The seq of the last event that was seen; goes before `after`.', examples: ['3'] }),
    ),
  }),
  response: {
    200: {
      description: 'The events, in order of `seq`.',
      content: {
        'application/json': { schema: Type.Object({ data: Type.Array(refTo<EventWire>('Event')) }) },
        'text/event-stream': {
          schema: Type.Union([refTo<EventWire>('Event'), refTo<LiveEvent>('LiveEvent')], {
            description:
              'The `data:` of each event; `event:` is its `type`, `id:` its `seq`. With `live` also `LiveEvent`, without an `id:`.',
          }),
        },
      },
    },
    204: Type.Null({ description: 'A stream, asked for again after its end: there is nothing more to come.' }),
    ...problems(404),
  },
}

type Route = { Params: { id: string }; Querystring: { after?: string; limit?: number; live?: boolean } }

/** `GET /v1/jobs/{id}/events`. */
export function eventRoutes(app: FastifyInstance, deps: HttpDeps): void {
  app.get<Route>('/jobs/:id/events', { schema, config: { streams: true } }, async (request, reply) =>
    prefersStream(request) ? watch(request, reply, deps) : list(request, reply, deps),
  )
}

async function watch(request: FastifyRequest<Route>, reply: FastifyReply, deps: HttpDeps) {
  const { caller, params } = request
  const { jobs } = deps.service
  const after = afterSeqOfStream(request)
  const page = await jobs.firstEvents(caller, { id: params.id, after })
  if (page.ended && page.events.length === 0) return reply.code(204).send()
  if (request.method === 'HEAD') return reply.type('text/event-stream').send()
  using _admission = await jobs.admitStream(caller)
  endWithKey(request, reply, deps)
  deps.streams.open(request, reply, params.id, after, page, request.query.live === true)
  return reply
}

async function list(request: FastifyRequest<Route>, reply: FastifyReply, { service }: HttpDeps) {
  const { limit = DEFAULT_LIMIT } = request.query
  const after = afterSeqOfList(request.query.after)
  const events = await service.jobs.listEvents(request.caller, { id: request.params.id, after, limit })
  return reply
    .type('application/json; charset=utf-8')
    .serializer((text: string) => text)
    .send(`{"data":[${events.map(({ json }) => json).join(',')}]}`)
}
