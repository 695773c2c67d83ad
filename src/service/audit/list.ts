import { listEntries, type StoredAuditEntry } from '../../store/access/audit.ts'
import type { AuditEntryWire } from '../../wire/audit.ts'
import { momentCursor, type Page, pageOfRows, readCursor } from '../../wire/cursor.ts'
import { type Caller, realmOf, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkFilterText } from '../filterText.ts'

/** Which page of whose log is wanted. */
export type AuditRequest = {
  /** Whose log; only the operator reads that of others. Default: the caller's own. */
  readonly tenant?: string | undefined
  /** Only this. */
  readonly action?: string | undefined
  /** Only what was done to this. */
  readonly subject?: string | undefined
  /** 1 to 200, default 50. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** A page of the log, newest first. Throws `malformed-request` for no cursor of ours, and for what can't be a subject. */
export async function listAudit(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { tenant: asked, action, subject, limit = 50, cursor }: AuditRequest,
): Promise<Page<AuditEntryWire>> {
  requireScope(caller, 'admin')
  const tenant = realmOf(caller) ?? asked ?? caller.tenant
  const after = cursor === undefined ? undefined : positionOf(readCursor(cursor, isCursor))
  const rows = await listEntries(
    database,
    tenant,
    { action, subject: subject === undefined ? undefined : checkFilterText(subject) },
    limit + 1,
    after,
  )
  return pageOfRows(
    rows,
    limit,
    (row) => entryToWire(tenant, row),
    ({ at, id }) => [at.getTime(), id],
  )
}

function positionOf([at, id]: [number, string]) {
  return { at: new Date(at), id }
}

const isCursor = momentCursor(/^[\w.-]{1,64}$/)

function entryToWire(tenant: string, { at, action, actor, subject, details }: StoredAuditEntry): AuditEntryWire {
  return { at: at.toISOString(), tenant, action, actor, subject, details: isRecord(details) ? details : null }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
