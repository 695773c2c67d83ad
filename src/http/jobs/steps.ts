import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { StepWire } from '../../wire/job.ts'
import { refTo } from '../../wire/ref.ts'
import { needs } from '../auth/guard.ts'
import { OR_TOKEN, TokenQuery } from '../auth/tokens.ts'
import type { HttpDeps } from '../deps.ts'
import { JobParams, pageOf, problems } from '../openapi/schemas.ts'

const listSchema = {
  operationId: 'listSteps',
  summary: "List a job's steps",
  description:
    "The job's own steps, in order of position. With `parent` those below one step, or all of them, in the order in which they ended; those that are not over come last.",
  tags: ['Jobs'],
  security: [...needs('jobs:read'), ...OR_TOKEN],
  params: JobParams,
  querystring: Type.Object({
    ...TokenQuery.properties,
    parent: Type.Optional(
      Type.String({ maxLength: 1024, description: 'The path of a step: those right below it. `*`: all of the job.' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    cursor: Type.Optional(Type.String({ maxLength: 200, description: 'The `next_cursor` of the page before.' })),
  }),
  response: { 200: { ...pageOf<StepWire>('Step'), description: 'A page of steps.' }, ...problems(404) },
}

const oneSchema = {
  operationId: 'getStep',
  summary: 'Get one step',
  description:
    'The step with that path, in whatever round or branch it stands; where several have one id, the first. The slashes of the path may stand as they are.',
  tags: ['Jobs'],
  security: [...needs('jobs:read'), ...OR_TOKEN],
  params: Type.Object({
    ...JobParams.properties,
    '*': Type.String({ description: "The step's path, percent-encoded but for its slashes." }),
  }),
  querystring: TokenQuery,
  response: { 200: { ...refTo<StepWire>('Step'), description: 'The step.' }, ...problems(404) },
}

type ListRoute = { Params: { id: string }; Querystring: { parent?: string; limit?: number; cursor?: string } }
type OneRoute = { Params: { id: string; '*': string } }

/** `GET /v1/jobs/{id}/steps` and `GET /v1/jobs/{id}/steps/{path}`. */
export function stepRoutes(app: FastifyInstance, { service }: HttpDeps): void {
  app.get<ListRoute>('/jobs/:id/steps', { schema: listSchema }, async ({ caller, params, query }) =>
    service.jobs.listSteps(caller, { id: params.id, ...query }),
  )

  app.get<OneRoute>('/jobs/:id/steps/*', { schema: oneSchema }, async ({ caller, params }) =>
    service.jobs.readStep(caller, { id: params.id, path: params['*'] }),
  )
}
