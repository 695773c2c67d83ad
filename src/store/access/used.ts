import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** What a tenant uses of what limits bound. */
export type UsedRow = {
  readonly jobs_running: number
  readonly jobs_queued: number
  readonly streams: number
  readonly webhooks: number
  readonly schedules: number
  readonly secrets: number
  readonly definitions: number
  /** Of the definition that has the most. */
  readonly definition_versions: number
  readonly messages_pending: number
}

/**
 * Ranges of one tenant in job_due, message_pending and the primary keys of the small tables; what may be many is counted up to
 * a bound. No locks.
 */
const USED = statement({
  name: 'limits-used',
  text: `
select tenant_running($1) as jobs_running,
  (select count(*) from (select from job where tenant = $1 and holder is null and due_at is not null limit 100000) q)::int
    as jobs_queued,
  (select coalesce(sum(c.open), 0) from stream_count c, lateral (
    select from replica r where r.id = c.replica and r.expires_at > clock_timestamp() limit 1
  ) alive where c.tenant = $1)::int as streams,
  (select count(*) from webhook where tenant = $1)::int as webhooks,
  (select count(*) from schedule where tenant = $1)::int as schedules,
  (select count(*) from secret where tenant = $1)::int as secrets,
  (select count(*) from definition where tenant = $1)::int as definitions,
  (select coalesce(max(version), 0) from definition where tenant = $1)::int as definition_versions,
  (select count(*) from (
    select from message where tenant = $1 and state in ('ready', 'sending', 'waiting', 'held') limit 100000
  ) m)::int as messages_pending`,
})

/** What a tenant uses of each bound that counts rows, as of now. */
export async function readUsed(database: Database, tenant: string): Promise<UsedRow> {
  const [row] = await database.query<UsedRow>(USED, [tenant])
  if (row === undefined) throw new Error('the use of a tenant gave no row')
  return row
}
