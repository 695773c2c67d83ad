import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Metrics } from '../../metrics/metrics.ts'
import { NO_KEY_ASKED, needs } from '../auth/guard.ts'
import { problems } from './schemas.ts'

/** `GET /metrics`, in the text format of Prometheus. */
export function metricsRoute(app: FastifyInstance, metrics: Metrics): void {
  const schema = {
    operationId: 'getMetrics',
    summary: 'Metrics for Prometheus',
    description: "Conduit's own and Node's.",
    tags: ['Service'],
    security: needs('metrics'),
    response: {
      200: { description: 'All metrics.', content: { 'text/plain': { schema: Type.String() } } },
      ...problems(),
    },
  }
  app.get('/metrics', { schema, logLevel: 'warn' }, async (_request, reply) => {
    return reply
      .type(metrics.contentType)
      .serializer((text: string) => text)
      .send(await metrics.text())
  })
}

/** `GET /openapi.json`: the committed document. */
export function openapiRoute(app: FastifyInstance): void {
  const schema = {
    operationId: 'getOpenapi',
    summary: 'This document',
    description: 'The OpenAPI document of this version.',
    tags: ['Service'],
    security: NO_KEY_ASKED,
    response: {
      200: { ...Type.Object({}, { additionalProperties: true }), description: 'OpenAPI 3.1.' },
      ...problems(),
    },
  }
  let text: string | null = null
  app.get('/openapi.json', { schema, logLevel: 'warn' }, async (_request, reply) => {
    text ??= JSON.stringify(app.swagger())
    return reply
      .type('application/json; charset=utf-8')
      .serializer((body: string) => body)
      .send(text)
  })
}
