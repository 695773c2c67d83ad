import { claimParameter, holdsKey, type KeyClaim, takesKey } from '../access/requestKeys.ts'
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
), failed as materialized (
  select m.job_id, m.tenant, m.seq, m.endpoint from newest n
  join message m on m.job_id = n.job_id and m.tenant = n.tenant and m.seq = n.seq and m.endpoint = n.endpoint
  where n.tenant = $2 and n.state = 'failed' and n.created_at >= to_timestamp($3::float8 / 1000) and m.state = 'failed'
  for no key update of m
), counted as materialized (
  select count(*)::int as count from failed
), ${takesKey('$4', null, '(select to_json(count) from counted)')}, again as (
  update message m set ${SEND_AGAIN}
  from failed f
  where m.job_id = f.job_id and m.tenant = f.tenant and m.seq = f.seq and m.endpoint = f.endpoint
    and ${holdsKey('$4')}
)
select count from counted where ${holdsKey('$4')}`,
})

/** Puts the messages that failed since a moment on their way again; gives how many. Null: the request's key is taken. */
export async function redeliverFailed(
  database: Database,
  tenant: string,
  webhook: string,
  since: number,
  claim: KeyClaim | null = null,
): Promise<number | null> {
  const [row] = await database.query<{ count: number }>(AGAIN, [webhook, tenant, since, claimParameter(claim)])
  return row?.count ?? null
}
