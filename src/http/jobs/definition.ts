import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { JobParams, problems } from '../openapi/schemas.ts'

const schema = {
  operationId: 'getJobDefinition',
  summary: "Get a job's definition",
  description: "Equal as JSON to what was posted, but for callbacks' secrets.",
  tags: ['Jobs'],
  security: needs('jobs:read'),
  params: JobParams,
  response: {
    200: Type.Object({}, { additionalProperties: true, description: 'The definition.' }),
    ...problems(404),
  },
}

/** `GET /v1/jobs/{id}/definition`. */
export function jobDefinitionRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.get<{ Params: { id: string } }>('/jobs/:id/definition', { schema }, async ({ caller, params }) =>
    service.jobs.readDefinition(caller, params.id),
  )
}
