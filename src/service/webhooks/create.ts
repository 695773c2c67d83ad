import { randomUUIDv7 } from 'node:crypto'
import { rowOf } from '../../secrets/rows.ts'
import { addWebhook, MAX_WEBHOOKS } from '../../store/webhooks/add.ts'
import { newSecret } from '../../webhooks/secrets.ts'
import { parseWebhook } from '../../wire/parseWebhook.ts'
import { ProblemError } from '../../wire/problem.ts'
import { USUAL_EVENTS, type WebhookWithSecretWire } from '../../wire/webhook.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { type Once, sealForRepeat, secretClaimOf } from '../repeats.ts'
import { repeatedWebhook, webhookToWire } from './find.ts'

/** A webhook to be made. */
export type CreateWebhookRequest = {
  /** Parsed JSON. */
  readonly input: unknown
  /** Makes a repeat safe for 24 hours; null: none. */
  readonly idempotencyKey: string | null
}

/**
 * Makes a webhook and gives it with its secret, which is shown only here, and to a repeat of the same request. Throws
 * `invalid-webhook`, `idempotency-conflict`, and `too-many-requests` at the tenant's bound.
 */
export async function createWebhook(
  deps: Pick<ServiceDeps, 'database' | 'rules' | 'secrets' | 'messageBudget'>,
  caller: Caller,
  { input: given, idempotencyKey }: CreateWebhookRequest,
): Promise<Once<WebhookWithSecretWire>> {
  requireScope(caller, 'webhooks')
  const input = parseWebhook(given, deps.rules)
  const { secret = newSecret(), events = USUAL_EVENTS } = input
  const id = `wh_${randomUUIDv7()}`
  const webhook = {
    id,
    tenant: caller.tenant,
    url: input.url,
    events: [...new Set(events)],
    description: input.description ?? null,
    enabled: input.enabled ?? true,
    secret: deps.secrets.seal(secret, rowOf.webhook(caller.tenant, id)),
  }
  const claim = secretClaimOf(caller, 'webhooks.create', idempotencyKey, given)
  const sealed = claim && { ...claim, answer: { id, secret: sealForRepeat(secret, claim, deps.secrets) } }
  const own = caller.limits.webhooks ?? MAX_WEBHOOKS
  const stored = await addWebhook(deps.database, webhook, Math.min(own, MAX_WEBHOOKS), actorOf(caller), sealed)
  if (stored === null) {
    const repeated = await repeatedWebhook(deps, claim)
    if (repeated === null) throw tooMany(own)
    return repeated
  }
  deps.messageBudget.forget(caller.tenant)
  return { answer: { ...webhookToWire(stored), secret }, replayed: false }
}

/** A tenant's own bound is 429, as all of them are; that of the service says that the webhook is one too many. */
function tooMany(own: number): ProblemError {
  if (own < MAX_WEBHOOKS) {
    return new ProblemError('too-many-requests', `the tenant may have ${own} webhooks`, { retryAfter: 60 })
  }
  return new ProblemError('invalid-webhook', `there are ${MAX_WEBHOOKS} already, and no more may be`)
}
