import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { type StoredWebhook, storedWebhook, WEBHOOK_COLUMNS } from './webhook.ts'

/** One row, by primary key. */
export async function readWebhook(database: Database, tenant: string, id: string): Promise<StoredWebhook | null> {
  const row = await database.models('webhook', (client) =>
    client.webhook.findUnique({ where: { tenant_id: { tenant, id } } }),
  )
  return row === null ? null : storedWebhook(row)
}

/** Webhooks of a tenant, newest first, those before an id: a range of the primary key, for ids are in order of time. */
export async function listWebhooks(
  database: Database,
  tenant: string,
  before: string | null,
  limit: number,
): Promise<StoredWebhook[]> {
  const rows = await database.models('webhook-page', (client) =>
    client.webhook.findMany({
      where: { tenant, ...(before === null ? {} : { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: limit,
    }),
  )
  return rows.map(storedWebhook)
}

/** By primary key, one look-up for each. Messages are made from it, many at a time: it waits for no client. */
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
