import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { readMomentOf } from '../../wire/jobFilters.ts'
import { refTo } from '../../wire/ref.ts'
import type { StatsWire } from '../../wire/stats.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { asQuery } from '../jobs/list.ts'
import { problems } from '../openapi/schemas.ts'

const schema = {
  operationId: 'getStats',
  summary: 'How jobs went',
  description:
    'Jobs since a moment by state, by definition and by what failed, how many ended in each minute, how long blocks took and what waits. The work is bounded: of very many jobs the newest are counted, and `since` says from when on.',
  tags: ['Jobs'],
  security: needs('jobs:read'),
  querystring: Type.Object({
    since: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'RFC 3339, or a date, which means its midnight in UTC; by default a day ago.',
        examples: ['2026-11-24T00:00:00Z'],
      }),
    ),
  }),
  response: { 200: { ...refTo<StatsWire>('Stats'), description: 'The numbers.' }, ...problems() },
}

/** `GET /v1/stats`. */
export function statsRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.get<{ Querystring: { since?: string } }>('/stats', { schema }, ({ caller, query }) =>
    service.stats.read(caller, { since: asQuery(() => readMomentOf(query, 'since')) }),
  )
}
