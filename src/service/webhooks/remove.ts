import { removeWebhook as removeStoredWebhook } from '../../store/webhooks/drop.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkWebhookId, noSuchWebhook } from './find.ts'

/** Deletes a webhook; what is pending for it is dropped. Throws `not-found`. */
export async function removeWebhook(
  { database, messageBudget }: Pick<ServiceDeps, 'database' | 'messageBudget'>,
  caller: Caller,
  given: string,
): Promise<void> {
  requireScope(caller, 'webhooks')
  const id = checkWebhookId(given)
  if (!(await removeStoredWebhook(database, caller.tenant, id, actorOf(caller)))) throw noSuchWebhook(id)
  messageBudget.forget(caller.tenant)
}
