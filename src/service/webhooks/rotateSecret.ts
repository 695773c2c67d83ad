import { rowOf } from '../../secrets/rows.ts'
import { rotateWebhook } from '../../store/webhooks/change.ts'
import { newSecret } from '../../webhooks/secrets.ts'
import type { WebhookWithSecretWire } from '../../wire/webhook.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkWebhookId, noSuchWebhook, webhookToWire } from './find.ts'

/** Gives a webhook a new secret, shown only here; the old one signs along for 24 hours. Throws `not-found`. */
export async function rotateWebhookSecret(
  { database, secrets }: Pick<ServiceDeps, 'database' | 'secrets'>,
  caller: Caller,
  given: string,
): Promise<WebhookWithSecretWire> {
  requireScope(caller, 'webhooks')
  const id = checkWebhookId(given)
  const secret = newSecret()
  const sealed = secrets.seal(secret, rowOf.webhook(caller.tenant, id))
  const webhook = await rotateWebhook(database, caller.tenant, id, sealed, actorOf(caller))
  if (webhook === null) throw noSuchWebhook(id)
  return { ...webhookToWire(webhook), secret }
}
