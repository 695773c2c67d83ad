import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { SEND_AGAIN } from './deliveries.ts'

/** So many of a webhook's messages are looked at, the newest. */
const MOST = 10_000

/** The newest entries of one endpoint in message_list, up to a bound; then by primary key. Locks: those rows, for this statement. */
const AGAIN = statement({
  name: 'redeliver-failed',
  text: `
with newest as materialized (
  select job_id, tenant, seq, endpoint, state, created_at from message
  where endpoint = $1 order by id desc limit ${MOST}
), again as (
  update message m set ${SEND_AGAIN}
  from newest n
  where m.job_id = n.job_id and m.tenant = n.tenant and m.seq = n.seq and m.endpoint = n.endpoint
    and n.tenant = $2 and n.state = 'failed' and n.created_at >= to_timestamp($3::float8 / 1000) and m.state = 'failed'
  returning 1
)
select count(*)::int as count from again`,
})

/** Puts the messages that failed since a moment on their way again; gives how many. */
export async function redeliverFailed(
  database: Database,
  tenant: string,
  webhook: string,
  since: number,
): Promise<number> {
  const [row] = await database.query<{ count: number }>(AGAIN, [webhook, tenant, since])
  return row?.count ?? 0
}
