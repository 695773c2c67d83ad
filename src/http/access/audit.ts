import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { TenantName } from '../../wire/access.ts'
import { AUDIT_ACTIONS, type AuditEntryWire } from '../../wire/audit.ts'
import { needs } from '../auth/guard.ts'
import type { HttpDeps } from '../deps.ts'
import { pageOf, problems } from '../openapi/schemas.ts'

const schema = {
  operationId: 'listAudit',
  summary: 'Read the audit log',
  description:
    "Who did what, newest first, of one tenant: the asking key's own, or, for the tenant `default`, the one that is named. Nothing in it is ever changed.",
  tags: ['Access'],
  security: needs('admin'),
  querystring: Type.Object({
    tenant: Type.Optional(TenantName),
    action: Type.Optional(Type.String({ enum: [...AUDIT_ACTIONS], description: 'Only this.' })),
    subject: Type.Optional(
      Type.String({
        maxLength: 255,
        description: 'Only what was done to this: the id of a job, a key, a webhook; a name.',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    cursor: Type.Optional(Type.String({ maxLength: 300, description: 'The `next_cursor` of the page before.' })),
  }),
  response: { 200: { ...pageOf<AuditEntryWire>('AuditEntry'), description: 'A page of the log.' }, ...problems() },
}

type Query = { tenant?: string; action?: string; subject?: string; limit?: number; cursor?: string }

/** `GET /v1/audit`. */
export function auditRoute(app: FastifyInstance, { service }: HttpDeps): void {
  app.get<{ Querystring: Query }>('/audit', { schema }, async ({ caller, query }) => service.audit.list(caller, query))
}
