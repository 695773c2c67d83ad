import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** How long every attempt must have failed before a webhook is switched off. */
const PATIENCE = '5 days'

/** One row, by primary key. SQL, since five days are told by the database's clock, and what comes of it in one statement. */
const FAILED = statement({
  name: 'webhook-failed',
  text: `
update webhook set
  failing_since = coalesce(failing_since, clock_timestamp()),
  enabled = coalesce(failing_since > clock_timestamp() - interval '${PATIENCE}', true),
  disabled_reason = case when failing_since <= clock_timestamp() - interval '${PATIENCE}' then
    'every attempt failed since ' || to_char(failing_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end
where tenant = $1 and id = $2 and enabled
returning disabled_reason`,
})

/** Notes a failed attempt. Gives the reason where the webhook was switched off for it, since all failed for five days. */
export async function noteFailure(database: Database, tenant: string, id: string): Promise<string | null> {
  const [row] = await database.query<{ disabled_reason: string | null }>(FAILED, [tenant, id])
  return row?.disabled_reason ?? null
}

/** Notes a delivery after failures. */
export async function noteDelivery(database: Database, tenant: string, id: string): Promise<void> {
  await database.models('webhook-delivered', (client) =>
    client.webhook.updateMany({ where: { tenant, id, failingSince: { not: null } }, data: { failingSince: null } }),
  )
}
