import { randomUUIDv7 } from 'node:crypto'
import { rowOf } from '../../secrets/rows.ts'
import { addWebhook, MAX_WEBHOOKS } from '../../store/webhooks/add.ts'
import { newSecret } from '../../webhooks/secrets.ts'
import { parseWebhook } from '../../wire/parseWebhook.ts'
import { ProblemError } from '../../wire/problem.ts'
import { USUAL_EVENTS, type WebhookWithSecretWire } from '../../wire/webhook.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { webhookToWire } from './find.ts'

/**
 * Makes a webhook and gives it with its secret, which is shown only here. Throws `invalid-webhook`, and
 * `too-many-requests` at the tenant's bound.
 */
export async function createWebhook(
  { database, rules, secrets, messageBudget }: Pick<ServiceDeps, 'database' | 'rules' | 'secrets' | 'messageBudget'>,
  caller: Caller,
  given: unknown,
): Promise<WebhookWithSecretWire> {
  requireScope(caller, 'webhooks')
  const input = parseWebhook(given, rules)
  const { secret = newSecret(), events = USUAL_EVENTS } = input
  const id = `wh_${randomUUIDv7()}`
  const webhook = {
    id,
    tenant: caller.tenant,
    url: input.url,
    events: [...new Set(events)],
    description: input.description ?? null,
    enabled: input.enabled ?? true,
    secret: secrets.seal(secret, rowOf.webhook(caller.tenant, id)),
  }
  const own = caller.limits.webhooks ?? MAX_WEBHOOKS
  const stored = await addWebhook(database, webhook, Math.min(own, MAX_WEBHOOKS), actorOf(caller))
  if (stored === null) throw tooMany(own)
  messageBudget.forget(caller.tenant)
  return { ...webhookToWire(stored), secret }
}

/** A tenant's own bound is 429, as all of them are; that of the service says that the webhook is one too many. */
function tooMany(own: number): ProblemError {
  if (own < MAX_WEBHOOKS) {
    return new ProblemError('too-many-requests', `the tenant may have ${own} webhooks`, { retryAfter: 60 })
  }
  return new ProblemError('invalid-webhook', `there are ${MAX_WEBHOOKS} already, and no more may be`)
}
