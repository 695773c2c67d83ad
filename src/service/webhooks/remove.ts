import { removeWebhook as removeStoredWebhook } from '../../store/webhooks/drop.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import type { WebhookWire } from '../../wire/webhook.ts'
import { checkWebhookId, notAsKnown } from './find.ts'

/** Which webhook, and what it must still be; null: whatever it is. */
export type RemoveWebhookRequest = { readonly id: string; readonly known?: WebhookWire | null }

/**
 * Deletes a webhook; what is pending for it is dropped. Throws `not-found`, and `precondition-failed` where it is no longer
 * what its caller knows.
 */
export async function removeWebhook(
  { database, messageBudget }: Pick<ServiceDeps, 'database' | 'messageBudget'>,
  caller: Caller,
  request: RemoveWebhookRequest,
): Promise<void> {
  requireScope(caller, 'webhooks')
  const { known = null } = request
  const id = checkWebhookId(request.id)
  const isRemoved = await removeStoredWebhook(database, { tenant: caller.tenant, id, known }, actorOf(caller))
  if (!isRemoved) throw await notAsKnown(database, caller.tenant, id)
  messageBudget.forget(caller.tenant)
}
