import type { Database } from '../client.ts'
import type { PrismaClient } from '../generated/client.ts'
import { statement } from '../statement.ts'

/** Something that was done, and by whom. */
export type StoredAuditEntry = {
  readonly at: Date
  readonly id: string
  readonly action: string
  readonly actor: string
  readonly subject: string
  readonly details: unknown
}

/** Where a page of the log ends. */
export type AuditCursor = { readonly at: Date; readonly id: string }

/** What is read of the log; what is left out may be any. */
export type AuditFilters = { readonly action?: string | undefined; readonly subject?: string | undefined }

type Page = AuditFilters & { readonly tenant: string; readonly limit: number; readonly after: AuditCursor }

/** Behind everything there can be: where the first page begins. */
const TOP: AuditCursor = { at: new Date('9999-12-31T23:59:59.999Z'), id: '' }

/** Before everything there is. */
const BOTTOM = new Date(0)

/** The log of one tenant, newest first. */
export async function listEntries(
  database: Database,
  tenant: string,
  { action, subject }: AuditFilters,
  limit: number,
  after: AuditCursor = TOP,
): Promise<StoredAuditEntry[]> {
  const page = { tenant, limit, after, action, subject }
  return await database.models('audit-list', async (client) => {
    if (action === 'job.created') return await listCreations(client, page)
    if (action !== undefined) return await listWritten(client, page)
    const both = await Promise.all([listWritten(client, page), listCreations(client, page)])
    return both.flat().toSorted(newestFirst).slice(0, limit)
  })
}

/** A range of audit_subject, of audit_action or of the primary key. Of one thing little was ever done: its actions are picked in it. */
function listWritten(
  client: PrismaClient,
  { tenant, limit, after, action, subject }: Page,
): Promise<StoredAuditEntry[]> {
  return client.audit.findMany({
    select: { at: true, id: true, action: true, actor: true, subject: true, details: true },
    where: {
      tenant,
      ...(action === undefined ? {} : { action }),
      ...(subject === undefined ? {} : { subject }),
      // What the index begins at, and what of that moment is behind the place.
      at: { lte: after.at },
      OR: [{ at: { lt: after.at } }, { id: { lt: after.id } }],
    },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: limit,
  })
}

/**
 * A range of job_list, whose predicate a lower bound makes usable; one job by its primary key. Who posted a job stands in its row: an entry for each
 * job would double what is written.
 */
async function listCreations(
  client: PrismaClient,
  { tenant, limit, after, subject }: Page,
): Promise<StoredAuditEntry[]> {
  const jobs = await client.job.findMany({
    select: { createdAt: true, id: true, createdBy: true },
    where: {
      tenant,
      ...(subject === undefined ? {} : { id: subject }),
      createdAt: { lte: after.at, gt: BOTTOM },
      OR: [{ createdAt: { lt: after.at } }, { id: { lt: after.id } }],
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit,
  })
  return jobs.map(({ createdAt: at, id, createdBy }) => {
    return { at, id, action: 'job.created', actor: createdBy ?? 'anonymous', subject: id, details: null }
  })
}

function newestFirst(a: StoredAuditEntry, b: StoredAuditEntry): number {
  return b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1)
}

/** A range of audit_age, then the primary key. The table's trigger lets nothing younger than 90 days go. */
const EXPIRE = statement({
  name: 'audit-expire',
  text: `
with old as materialized (
  select tenant, at, id from audit
  where at < now() - make_interval(days => 1) * $1::float8
  limit $2::int
  for update skip locked
), gone as (
  delete from audit a using old where a.tenant = old.tenant and a.at = old.at and a.id = old.id
)
select count(*)::int as removed from old`,
})

/** Deletes up to `batch` entries that are older than some days; gives how many. */
export async function removeOldEntries(database: Database, days: number, batch: number): Promise<number> {
  const [row] = await database.query<{ removed: number }>(EXPIRE, [days, batch])
  return row?.removed ?? 0
}
