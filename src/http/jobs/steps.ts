import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { readSteps } from '../../store/jobs/read.ts'
import type { StepWire } from '../../wire/job.ts'
import { stepToWire } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import { refTo } from '../../wire/ref.ts'
import { endsOfStored, viewOfStored } from '../../wire/stored.ts'
import { readCursor, writeCursor } from '../protocol/cursor.ts'
import type { HttpDeps } from '../deps.ts'
import { OR_TOKEN, TokenQuery } from '../auth/tokens.ts'
import { needs } from '../auth/guard.ts'
import { JobParams, pageOf, problems } from '../openapi/schemas.ts'
import { findJob } from './find.ts'

const listSchema = {
  operationId: 'listSteps',
  summary: "List a job's steps",
  description: 'In order of position.',
  tags: ['Jobs'],
  security: [...needs('jobs:read'), ...OR_TOKEN],
  params: JobParams,
  querystring: Type.Object({
    ...TokenQuery.properties,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    cursor: Type.Optional(Type.String({ maxLength: 200, description: 'The `next_cursor` of the page before.' })),
  }),
  response: { 200: { ...pageOf<StepWire>('Step'), description: 'A page of steps.' }, ...problems(404) },
}

const oneSchema = {
  operationId: 'getStep',
  summary: 'Get one step',
  description: 'The step with that path, percent-encoded; where several have one id, the first.',
  tags: ['Jobs'],
  security: [...needs('jobs:read'), ...OR_TOKEN],
  params: Type.Object({
    ...JobParams.properties,
    path: Type.String({ description: "The step's path, percent-encoded." }),
  }),
  querystring: TokenQuery,
  response: { 200: { ...refTo<StepWire>('Step'), description: 'The step.' }, ...problems(404) },
}

type ListRoute = { Params: { id: string }; Querystring: { limit?: number; cursor?: string } }
type OneRoute = { Params: { id: string; path: string } }

/** `GET /v1/jobs/{id}/steps` and `GET /v1/jobs/{id}/steps/{path}`. */
export function stepRoutes(app: FastifyInstance, { database }: HttpDeps): void {
  app.get<ListRoute>('/jobs/:id/steps', { schema: listSchema }, async (request) => {
    const { limit = 50, cursor } = request.query
    const [after] = cursor === undefined ? [0] : readCursor(cursor, isPosition)
    const job = await findJob(database, request.tenant, request.params.id)
    const { definition } = viewOfStored(job)
    const page = definition.steps.slice(after, after + limit)
    const last = after + page.length
    const steps = await readSteps(database, job.tenant, job.id, after, Math.min(last, job.recorded))
    const ends = endsOfStored(steps, definition)
    return {
      data: page.map((step) => stepToWire({ definition: step, depth: 0, parts: 1 }, ends.get(step.position))),
      next_cursor: last < definition.steps.length ? writeCursor([last]) : null,
    }
  })

  app.get<OneRoute>('/jobs/:id/steps/:path', { schema: oneSchema }, async (request) => {
    const { id, path } = request.params
    const job = await findJob(database, request.tenant, id)
    const { definition } = viewOfStored(job)
    const step = definition.steps.find((one) => one.id === path)
    if (step === undefined) throw new ProblemError('not-found', `the job has no step ${path.slice(0, 128)}`)
    const { position } = step
    const ends = endsOfStored(
      await readSteps(database, job.tenant, job.id, position - 1, Math.min(position, job.recorded)),
      definition,
    )
    return stepToWire({ definition: step, depth: 0, parts: 1 }, ends.get(position))
  })
}

/** Positions are 32-bit integers in the database. */
const MAX_POSITION = 2147483647

function isPosition(value: unknown): value is [number] {
  if (!Array.isArray(value) || value.length !== 1) return false
  const [position] = value as unknown[]
  return Number.isSafeInteger(position) && Number(position) >= 0 && Number(position) <= MAX_POSITION
}
