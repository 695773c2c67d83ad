import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { type StoredWebhook, WEBHOOK_COLUMNS } from './webhook.ts'

export type NewWebhook = Pick<StoredWebhook, 'id' | 'tenant' | 'url' | 'events' | 'description' | 'enabled' | 'secret'>

/** Each step would be told to each of them: a tenant may have no more. */
export const MAX_WEBHOOKS = 1000

/** Counts a tenant's by a range of the primary key, no further than the bound. Two at once may pass it by one. */
const ADD = statement({
  name: 'add-webhook',
  text: `
insert into webhook (tenant, id, url, events, description, enabled, secret)
select $1, $2, $3, $4::text[], $5, $6::bool, $7
where (select count(*) from (select from webhook w where w.tenant = $1 limit ${MAX_WEBHOOKS}) few) < ${MAX_WEBHOOKS}
returning ${WEBHOOK_COLUMNS}`,
})

/** Gives the new webhook, or null where the tenant has as many as it may have. */
export async function addWebhook(database: Database, webhook: NewWebhook): Promise<StoredWebhook | null> {
  const { tenant, id, url, events, description, enabled, secret } = webhook
  const values = [tenant, id, url, events, description, enabled, secret]
  const [row] = await database.query<StoredWebhook>(ADD, values)
  return row ?? null
}
