import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { type StoredWebhook, WEBHOOK_COLUMNS } from './webhook.ts'

/** One row, by primary key. */
const ONE = statement({
  name: 'webhook',
  text: `select ${WEBHOOK_COLUMNS} from webhook where tenant = $1 and id = $2`,
})

export async function readWebhook(database: Database, tenant: string, id: string): Promise<StoredWebhook | null> {
  const [row] = await database.query<StoredWebhook>(ONE, [tenant, id])
  return row ?? null
}

/** A range of the primary key, read backwards: ids are in order of time. */
const PAGE = statement({
  name: 'webhook-page',
  text: `
select ${WEBHOOK_COLUMNS} from webhook
where tenant = $1 and id < $2 order by id desc limit $3::int`,
})

/** Webhooks of a tenant, newest first, those before an id. */
export function listWebhooks(
  database: Database,
  tenant: string,
  before: string | null,
  limit: number,
): Promise<StoredWebhook[]> {
  return database.query<StoredWebhook>(PAGE, [tenant, before ?? '~', limit])
}

/** By primary key, one look-up for each. */
const SOME = statement({
  name: 'webhooks-of-messages',
  text: `
select ${WEBHOOK_COLUMNS}
from unnest($1::text[], $2::text[]) as e(tenant, id)
join webhook on webhook.tenant = e.tenant and webhook.id = e.id`,
})

/** Those of some webhooks that are still there. */
export function readWebhooks(
  database: Database,
  ids: readonly { readonly tenant: string; readonly id: string }[],
): Promise<StoredWebhook[]> {
  return database.query<StoredWebhook>(SOME, [ids.map(({ tenant }) => tenant), ids.map(({ id }) => id)])
}
