import type { Webhook } from '../generated/client.ts'

/** An endpoint of a tenant as it is stored; the secrets are whsec_… or sealed. Moments are in milliseconds. */
export type StoredWebhook = {
  readonly id: string
  readonly tenant: string
  readonly created_at: number
  readonly url: string
  readonly events: readonly string[]
  readonly description: string | null
  readonly enabled: boolean
  /** Why Conduit switched it off; null: it did not. */
  readonly disabled_reason: string | null
  readonly secret: string
  /** Signs along until `previous_until`. */
  readonly previous_secret: string | null
  readonly previous_until: number | null
  /** The first failed attempt since the last delivery. */
  readonly failing_since: number | null
}

/** Why a webhook is off whose receiver wants nothing more: what comes up for it then is dropped, not held. */
export const GONE = 'it answered 410 Gone'

/** Its columns, as every statement gives them. */
export const WEBHOOK_COLUMNS = [
  'id',
  'tenant',
  'created_at',
  'url',
  'events',
  'description',
  'enabled',
  'disabled_reason',
  'secret',
  'previous_secret',
  'previous_until',
  'failing_since',
]
  .map((column) => `webhook.${column}`)
  .join(', ')

/** A webhook as Prisma gives it. */
export function storedWebhook(row: Webhook): StoredWebhook {
  return {
    id: row.id,
    tenant: row.tenant,
    created_at: row.createdAt.getTime(),
    url: row.url,
    events: row.events,
    description: row.description,
    enabled: row.enabled,
    disabled_reason: row.disabledReason,
    secret: row.secret,
    previous_secret: row.previousSecret,
    previous_until: row.previousUntil?.getTime() ?? null,
    failing_since: row.failingSince?.getTime() ?? null,
  }
}
