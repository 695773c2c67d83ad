import { changeWebhook as changeStoredWebhook } from '../../store/webhooks/change.ts'
import { parseWebhookChange } from '../../wire/parseWebhook.ts'
import type { WebhookWire } from '../../wire/webhook.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkWebhookId, notAsKnown, webhookToWire } from './find.ts'

/** Which webhook, and what is to change of it as parsed JSON. */
export type ChangeWebhookRequest = {
  readonly id: string
  readonly input: unknown
  /** What it must still be; null: whatever it is. */
  readonly known?: WebhookWire | null
}

/**
 * Changes a webhook, also for what is pending; switched on again, what was held goes on its way. Throws `not-found`,
 * `invalid-webhook`, and `precondition-failed` where it is no longer what its caller knows.
 */
export async function changeWebhook(
  { database, rules, messageBudget }: Pick<ServiceDeps, 'database' | 'rules' | 'messageBudget'>,
  caller: Caller,
  request: ChangeWebhookRequest,
): Promise<WebhookWire> {
  requireScope(caller, 'webhooks')
  const id = checkWebhookId(request.id)
  const change = parseWebhookChange(request.input, rules)
  const { known = null } = request
  const webhook = await changeStoredWebhook(database, { tenant: caller.tenant, id, known }, change, actorOf(caller))
  if (webhook === null) throw await notAsKnown(database, caller.tenant, id)
  messageBudget.forget(caller.tenant)
  return webhookToWire(webhook)
}
