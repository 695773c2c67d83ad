import { randomUUIDv7 } from 'node:crypto'
import { audited } from '../access/audited.ts'
import { claimParameter, holdsKey, type KeyClaim, takesKey } from '../access/requestKeys.ts'
import type { Database } from '../client.ts'
import type { Prisma } from '../generated/client.ts'
import { statement } from '../statement.ts'
import { type StoredWebhook, storedWebhook, WEBHOOK_COLUMNS } from './webhook.ts'

/** What is to be changed; undefined stays as it is. */
export type WebhookUpdate = {
  readonly url?: string | undefined
  readonly events?: readonly string[] | undefined
  readonly description?: string | null | undefined
  readonly enabled?: boolean | undefined
}

/** Which webhook is to be changed, and what it must still be; null: whatever it is. */
export type ChangeTarget = {
  readonly tenant: string
  readonly id: string
  readonly known?: Pick<StoredWebhook, 'url' | 'events' | 'description' | 'enabled' | 'disabled_reason'> | null
}

/** It by primary key; one that is locked is looked at anew. */
export function whereOf({ tenant, id, known = null }: ChangeTarget): Prisma.WebhookWhereUniqueInput {
  const key = { tenant_id: { tenant, id } }
  if (known === null) return key
  const { url, events, description, enabled, disabled_reason: disabledReason } = known
  return { ...key, url, events: { equals: [...events] }, description, enabled, disabledReason }
}

/**
 * Changes a webhook; switched on, it begins anew and gets what was held for it. Gives it as it is now, or null where there is
 * none such. `actor` is who changes it, for the audit log.
 */
export async function changeWebhook(
  database: Database,
  target: ChangeTarget,
  { url, events, description, enabled }: WebhookUpdate,
  actor: string,
): Promise<StoredWebhook | null> {
  const { tenant, id } = target
  const entry = { tenant, action: 'webhook.changed', actor, subject: id }
  const data = {
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events: [...events] }),
    ...(description === undefined ? {} : { description }),
    ...(enabled === undefined ? {} : { enabled, disabledReason: null }),
    ...(enabled === true ? { failingSince: null } : {}),
  }
  const row = await database.models('change-webhook', (client) =>
    audited(client, entry, client.webhook.update({ where: whereOf(target), data })),
  )
  if (row !== null && enabled === true) await letGo(database, tenant, id)
  return row === null ? null : storedWebhook(row)
}

/** A range of message_stalled. A statement of its own: the snapshot of the change would miss what was held meanwhile. */
async function letGo(database: Database, tenant: string, endpoint: string): Promise<void> {
  await database.models('let-go-messages', (client) =>
    client.message.updateMany({ where: { endpoint, tenant, state: 'held' }, data: { state: 'ready' } }),
  )
}

/**
 * By primary key. The secret that signed until now signs along for 24 hours more. SQL, since a column takes what another
 * held: Prisma's models would read it first, and of two rotations at once one secret would be lost.
 */
const ROTATE = statement({
  name: 'rotate-webhook',
  text: `
with found as materialized (
  select from webhook where tenant = $1 and id = $2 for no key update
), ${takesKey('$6', 'found')}, rotated as (
  update webhook set
    previous_secret = secret, previous_until = clock_timestamp() + interval '24 hours', secret = $3
  where tenant = $1 and id = $2 and ${holdsKey('$6')}
  returning ${WEBHOOK_COLUMNS}
), told as (
  insert into audit (tenant, id, action, actor, subject)
  select tenant, $4, 'webhook.secret-rotated', $5, id from rotated
)
select * from rotated`,
})

/** Puts another secret in the place of a webhook's; null: there is none, or the request's key is taken. `actor` is who does it, for the audit log. */
export async function rotateWebhook(
  database: Database,
  tenant: string,
  id: string,
  secret: string,
  actor: string,
  claim: KeyClaim | null = null,
): Promise<StoredWebhook | null> {
  const values = [tenant, id, secret, randomUUIDv7(), actor, claimParameter(claim)]
  const [row] = await database.query<StoredWebhook>(ROTATE, values)
  return row ?? null
}
