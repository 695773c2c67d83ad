import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { type AuditCursor, listEntries, type StoredEntry } from '../../store/access/audit.ts'
import { TenantName } from '../../wire/access.ts'
import { AUDIT_ACTIONS, type AuditEntryWire } from '../../wire/audit.ts'
import { needs, realmOf } from '../auth/guard.ts'
import { readCursor, writeCursor } from '../protocol/cursor.ts'
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
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    cursor: Type.Optional(Type.String({ maxLength: 300, description: 'The `next_cursor` of the page before.' })),
  }),
  response: { 200: { ...pageOf<AuditEntryWire>('AuditEntry'), description: 'A page of the log.' }, ...problems() },
}

type Query = { tenant?: string; action?: string; limit?: number; cursor?: string }

/** `GET /v1/audit`. */
export function auditRoute(app: FastifyInstance, { database }: HttpDeps): void {
  app.get<{ Querystring: Query }>('/audit', { schema }, async (request) => {
    const { limit = 50, cursor, action = null } = request.query
    const tenant = realmOf(request) ?? request.query.tenant ?? request.tenant
    const after = cursor === undefined ? undefined : readPosition(cursor)
    const rows = await listEntries(database, tenant, action, limit + 1, after)
    const page = rows.slice(0, limit)
    const last = rows.length > limit ? page.at(-1) : undefined
    return {
      data: page.map((row) => entryToWire(tenant, row)),
      next_cursor: last === undefined ? null : writeCursor([last.at, last.id]),
    }
  })
}

function readPosition(cursor: string): AuditCursor {
  const [at, id] = readCursor(cursor, isCursor)
  return { at, id }
}

function isCursor(value: unknown): value is [number, string] {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [at, id] = value as unknown[]
  return (
    Number.isSafeInteger(at) && Math.abs(Number(at)) < 8.64e15 && typeof id === 'string' && /^[\w.-]{1,64}$/.test(id)
  )
}

function entryToWire(tenant: string, { at, action, actor, subject, details }: StoredEntry): AuditEntryWire {
  const parsed = details === null ? null : (JSON.parse(details) as Record<string, unknown>)
  return { at: new Date(at).toISOString(), tenant, action, actor, subject, details: parsed }
}
