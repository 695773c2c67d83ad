import { randomUUIDv7 } from 'node:crypto'
import { claimParameter, holdsKey, type KeyClaim, takesKey } from '../access/requestKeys.ts'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { type StoredWebhook, WEBHOOK_COLUMNS } from './webhook.ts'

/** A webhook as it is first written; its secret is sealed. */
export type NewWebhook = Pick<StoredWebhook, 'id' | 'tenant' | 'url' | 'events' | 'description' | 'enabled' | 'secret'>

/** Each step would be told to each of them: a tenant may have no more. */
export const MAX_WEBHOOKS = 1000

/**
 * Counts a tenant's by a range of the primary key, no further than the bound ($8). Two at once may pass it by one. Tells
 * the audit log. SQL, since of two requests with one key the second finds it taken, which is no failure.
 */
const ADD = statement({
  name: 'add-webhook',
  text: `
with room as materialized (
  select where (select count(*) from (select from webhook w where w.tenant = $1 limit $8::int) few) < $8::int
), ${takesKey('$11', 'room')}, added as (
  insert into webhook (tenant, id, url, events, description, enabled, secret)
  select $1, $2, $3, $4::text[], $5, $6::bool, $7 from room where ${holdsKey('$11')}
  returning ${WEBHOOK_COLUMNS}
), told as (
  insert into audit (tenant, id, action, actor, subject)
  select tenant, $9, 'webhook.created', $10, id from added
)
select * from added`,
})

/**
 * Gives the new webhook, or null where the tenant has `bound` already, or the request's key is taken.
 *
 * @param actor who adds it, for the audit log
 */
export async function addWebhook(
  database: Database,
  webhook: NewWebhook,
  bound: number,
  actor: string,
  claim: KeyClaim | null = null,
): Promise<StoredWebhook | null> {
  const { tenant, id, url, events, description, enabled, secret } = webhook
  const values = [tenant, id, url, events, description, enabled, secret, bound, randomUUIDv7(), actor]
  const [row] = await database.query<StoredWebhook>(ADD, [...values, claimParameter(claim)])
  return row ?? null
}
