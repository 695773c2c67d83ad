import { rowOf } from '../../secrets/rows.ts'
import { rotateWebhook } from '../../store/webhooks/change.ts'
import { newSecret } from '../../webhooks/secrets.ts'
import type { WebhookWithSecretWire } from '../../wire/webhook.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { type Once, sealForRepeat, secretClaimOf } from '../repeats.ts'
import { checkWebhookId, noSuchWebhook, repeatedWebhook, webhookToWire } from './find.ts'

/** A webhook to be rotated; the idempotency key makes a repeat safe for 24 hours (null: none). */
export type WebhookActRequest = { readonly id: string; readonly idempotencyKey: string | null }

/**
 * Gives a webhook a new secret, shown only here and to a repeat of the same request; the old one signs along for 24 hours.
 * Throws `not-found` and `idempotency-conflict`.
 */
export async function rotateWebhookSecret(
  deps: Pick<ServiceDeps, 'database' | 'secrets'>,
  caller: Caller,
  { id: given, idempotencyKey }: WebhookActRequest,
): Promise<Once<WebhookWithSecretWire>> {
  requireScope(caller, 'webhooks')
  const { tenant } = caller
  const id = checkWebhookId(given)
  const secret = newSecret()
  const stored = deps.secrets.seal(secret, rowOf.webhook(tenant, id))
  const claim = secretClaimOf(caller, 'webhooks.rotate-secret', idempotencyKey, { id })
  const sealed = claim && { ...claim, answer: { id, secret: sealForRepeat(secret, claim, deps.secrets) } }
  const webhook = await rotateWebhook(deps.database, tenant, id, stored, actorOf(caller), sealed)
  if (webhook !== null) return { answer: { ...webhookToWire(webhook), secret }, replayed: false }
  const repeated = await repeatedWebhook(deps, claim)
  if (repeated === null) throw noSuchWebhook(id)
  return repeated
}
