import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { refTo } from '../../wire/ref.ts'
import {
  BackfillInput,
  SCHEDULE_NAME,
  type ScheduleChange,
  type ScheduleInput,
  type ScheduleWire,
} from '../../wire/schedule.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { ACCEPTED, Prefer, sendAccepted, waitOf } from '../jobs/accepted.ts'
import { IfNoneMatch, PageQuery, pageOf, problems } from '../openapi/schemas.ts'
import { IdempotencyKey, idempotencyKeyOf, tellReplayed } from '../protocol/idempotency.ts'

const params = Type.Object({
  name: Type.String({ pattern: SCHEDULE_NAME, description: "The schedule's name.", examples: ['nightly'] }),
})
const reading = { tags: ['Schedules'], security: needs('schedules:read') }
const writing = { tags: ['Schedules'], security: needs('schedules:write') }
const aSchedule = (description: string) => ({ ...refTo<ScheduleWire>('Schedule'), description })

const putSchema = {
  ...writing,
  operationId: 'putSchedule',
  summary: 'Write a schedule',
  description:
    'It runs under the rights of the key that writes it. One that was there begins anew; with `If-None-Match: *` it stays as it is, and the answer is 412.',
  params,
  headers: IfNoneMatch,
  body: refTo<ScheduleInput>('ScheduleInput'),
  response: {
    200: aSchedule('The schedule, written anew.'),
    201: aSchedule('A new schedule.'),
    ...problems(409, 412, 413, 415, 422),
  },
}

const changeSchema = {
  ...writing,
  operationId: 'changeSchedule',
  summary: 'Pause a schedule, or let it go on',
  description:
    'All else stays: whose rights it has, the secrets of its job, from when its interval counts. What was due while it was paused is not made up for.',
  params,
  body: refTo<ScheduleChange>('ScheduleChange'),
  response: { 200: aSchedule('The schedule as it is now.'), ...problems(404, 413, 415, 422) },
}

const getSchema = {
  ...reading,
  operationId: 'getSchedule',
  summary: 'Get a schedule',
  description: 'How it stands, and when it fires next.',
  params,
  response: { 200: aSchedule('The schedule.'), ...problems(404) },
}

const listSchema = {
  ...reading,
  operationId: 'listSchedules',
  summary: 'List schedules',
  description: 'In order of names.',
  querystring: PageQuery,
  response: { 200: { ...pageOf<ScheduleWire>('Schedule'), description: 'A page of schedules.' }, ...problems() },
}

const removeSchema = {
  ...writing,
  operationId: 'deleteSchedule',
  summary: 'Delete a schedule',
  description: 'Its jobs stay.',
  params,
  response: { 204: Type.Null({ description: 'It is gone.' }), ...problems(404) },
}

const triggerSchema = {
  ...writing,
  operationId: 'triggerSchedule',
  summary: 'Make a job of a schedule now',
  description: 'Whenever it is due, and whatever runs of it. `Prefer: wait=SECONDS` waits for the end of the job.',
  params,
  headers: Type.Object({ ...Prefer.properties, ...IdempotencyKey.properties }),
  response: { ...ACCEPTED, ...problems(404, 409, 422) },
}

const Ids = Type.Array(Type.String())
const backfillSchema = {
  ...writing,
  operationId: 'backfillSchedule',
  summary: 'Make the firings of a span',
  description:
    'Each firing of a span that is over has a job of its own id, which exists once: a second call makes only what is missing.',
  params,
  headers: IdempotencyKey,
  body: BackfillInput,
  response: {
    202: Type.Object(
      { jobs: Ids, existing: Ids, count: Type.Integer() },
      { description: 'The ids of the jobs that were made, of those that were there, and how many there are.' },
    ),
    ...problems(404, 409, 413, 415, 422),
  },
}

type OneRoute = { Params: { name: string } }
type ListRoute = { Querystring: { limit?: number; cursor?: string } }

/** `/v1/schedules` and below. */
export function scheduleRoutes(app: FastifyInstance, deps: HttpDeps): void {
  const { schedules } = deps.service
  app.put<OneRoute>(
    '/schedules/:name',
    { schema: putSchema },
    async ({ caller, params: { name }, body: content, headers }, reply) => {
      const onlyNew = headers['if-none-match']?.trim() === '*'
      const { created, schedule } = await schedules.put(caller, { name, content, onlyNew })
      return reply
        .code(created ? 201 : 200)
        .header('location', `/v1/schedules/${name}`)
        .send(schedule)
    },
  )

  app.get<ListRoute>('/schedules', { schema: listSchema }, async ({ caller, query }) => schedules.list(caller, query))

  app.get<OneRoute>('/schedules/:name', { schema: getSchema }, async ({ caller, params: { name } }) =>
    schedules.read(caller, name),
  )

  app.patch<OneRoute>('/schedules/:name', { schema: changeSchema }, async ({ caller, params: { name }, body: input }) =>
    schedules.change(caller, { name, input }),
  )

  app.delete<OneRoute>('/schedules/:name', { schema: removeSchema }, async ({ caller, params: { name } }, reply) => {
    await schedules.remove(caller, name)
    return reply.code(204).send()
  })

  app.post<OneRoute>('/schedules/:name/trigger', { schema: triggerSchema }, async (request, reply) => {
    const wait = waitOf(request, reply, deps)
    const asked = { name: request.params.name, idempotencyKey: idempotencyKeyOf(request), wait }
    const { answer, replayed } = await schedules.trigger(request.caller, asked)
    return sendAccepted(tellReplayed(reply, replayed), answer, wait)
  })

  app.post<OneRoute>('/schedules/:name/backfill', { schema: backfillSchema }, async (request, reply) => {
    const { caller, params, body: given } = request
    const asked = { name: params.name, given, idempotencyKey: idempotencyKeyOf(request) }
    const { answer, replayed } = await schedules.backfill(caller, asked)
    return tellReplayed(reply, replayed).code(202).send(answer)
  })
}
