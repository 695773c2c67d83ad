import type { Database } from '../../store/client.ts'
import { readWebhook as readStoredWebhook } from '../../store/webhooks/read.ts'
import type { StoredWebhook } from '../../store/webhooks/webhook.ts'
import { timestamp } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { WebhookWire, WebhookWithSecretWire } from '../../wire/webhook.ts'
import type { ServiceDeps } from '../deps.ts'
import { answeredBefore, goneMeanwhile, type Once, openForRepeat, type RequestClaim } from '../repeats.ts'

/** What a webhook's id is made of. */
export const WEBHOOK_ID = /^wh_[0-9a-f-]{36}$/

/** Throws `not-found` for what can't be a webhook's id at all, before the database is asked. */
export function checkWebhookId(id: string): string {
  if (!WEBHOOK_ID.test(id)) throw noSuchWebhook(id)
  return id
}

/** The problem of a webhook that the caller has not. */
export function noSuchWebhook(id: string): ProblemError {
  return new ProblemError('not-found', `there is no webhook ${id.slice(0, 100)}`)
}

/** Why a webhook could not be changed as it was known: it is gone, or another by now. */
export async function notAsKnown(database: Database, tenant: string, id: string): Promise<ProblemError> {
  if ((await readStoredWebhook(database, tenant, id)) === null) return noSuchWebhook(id)
  return new ProblemError('precondition-failed', 'the webhook was changed by somebody else meanwhile')
}

/** A stored webhook. Throws `not-found`. */
export async function findWebhook(database: Database, tenant: string, id: string): Promise<StoredWebhook> {
  const webhook = await readStoredWebhook(database, tenant, checkWebhookId(id))
  if (webhook === null) throw noSuchWebhook(id)
  return webhook
}

/** A webhook as it stands on the wire, without its secret. */
export function webhookToWire(webhook: StoredWebhook): WebhookWire {
  const { id, url, events, description, enabled, disabled_reason } = webhook
  return {
    id,
    url,
    events: [...events],
    description,
    enabled,
    disabled_reason,
    created_at: timestamp(webhook.created_at),
  }
}

/** What a request made or rotated before, with the secret of then; null: no earlier one had its idempotency key. */
export async function repeatedWebhook(
  { database, secrets }: Pick<ServiceDeps, 'database' | 'secrets'>,
  claim: RequestClaim | null,
): Promise<Once<WebhookWithSecretWire> | null> {
  const before = await answeredBefore<{ id: string; secret: string }>(database, claim)
  if (claim === null || before === null) return null
  const webhook = await readStoredWebhook(database, claim.tenant, before.id)
  if (webhook === null) throw goneMeanwhile('webhook')
  return { answer: { ...webhookToWire(webhook), secret: openForRepeat(before.secret, claim, secrets) }, replayed: true }
}
