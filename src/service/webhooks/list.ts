import { listWebhooks as listStoredWebhooks } from '../../store/webhooks/read.ts'
import { idCursor, type Page, pageOfRows, readCursor } from '../../wire/cursor.ts'
import type { WebhookWire } from '../../wire/webhook.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { WEBHOOK_ID, webhookToWire } from './find.ts'

/** Which page of the list is wanted. */
export type PageRequest = {
  /** 1 to 200, default 50. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** A page of the tenant's webhooks, newest first. Throws `malformed-request` for no cursor of ours. */
export async function listWebhooks(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { limit = 50, cursor }: PageRequest,
): Promise<Page<WebhookWire>> {
  requireScope(caller, 'webhooks')
  const [before] = cursor === undefined ? [null] : readCursor(cursor, isCursor)
  const rows = await listStoredWebhooks(database, caller.tenant, before, limit + 1)
  return pageOfRows(rows, limit, webhookToWire, ({ id }) => [id])
}

const isCursor = idCursor(WEBHOOK_ID)
