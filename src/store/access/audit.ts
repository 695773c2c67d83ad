import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** Something that was done, and by whom. Moments are in milliseconds, details are JSON text. */
export type StoredEntry = {
  readonly at: number
  readonly id: string
  readonly action: string
  readonly actor: string
  readonly subject: string
  readonly details: string | null
}

/** Where a page of the log ends. */
export type AuditCursor = { readonly at: number; readonly id: string }

/** Behind everything there can be: where the first page begins. */
const TOP: AuditCursor = { at: 253402300799999, id: '' }

const ENTRIES = `
select at, id, action, actor, subject, details::text as details from audit
where tenant = $1 and (at, id) < (to_timestamp($2::float8 / 1000), $3::text)`

/** Who posted a job stands in its row: a second one for each job would double what is written. */
const CREATIONS = `
select created_at as at, id, 'job.created' as action, coalesce(created_by, 'anonymous') as actor, id as subject,
       null as details
from job
where tenant = $1 and created_at > '-infinity' and (created_at, id) < (to_timestamp($2::float8 / 1000), $3::text)
order by created_at desc, id desc limit $4::int`

/** Ranges of the primary key and of job_list, from a place on, no more than a page of each. */
const ALL = statement({
  name: 'audit-all',
  text: `
select * from (
  (${ENTRIES} order by at desc, id desc limit $4::int) union all (${CREATIONS})
) entry
order by at desc, id desc limit $4::int`,
})

/** A range of audit_action. */
const BY_ACTION = statement({
  name: 'audit-action',
  text: `${ENTRIES} and action = $5 order by at desc, id desc limit $4::int`,
})

/** A range of job_list. */
const CREATED = statement({ name: 'audit-created', text: CREATIONS })

/** The log of one tenant, newest first; of one action, or (null) of all. */
export function listEntries(
  database: Database,
  tenant: string,
  action: string | null,
  limit: number,
  after: AuditCursor = TOP,
): Promise<StoredEntry[]> {
  const values = [tenant, after.at, after.id, limit]
  if (action === null) return database.query<StoredEntry>(ALL, values)
  if (action === 'job.created') return database.query<StoredEntry>(CREATED, values)
  return database.query<StoredEntry>(BY_ACTION, [...values, action])
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
