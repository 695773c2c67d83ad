import type { WebhookWire } from '../../wire/webhook.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findWebhook, webhookToWire } from './find.ts'

/** A webhook, without its secret. Throws `not-found`. */
export async function readWebhook(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  id: string,
): Promise<WebhookWire> {
  requireScope(caller, 'webhooks')
  return webhookToWire(await findWebhook(database, caller.tenant, id))
}
