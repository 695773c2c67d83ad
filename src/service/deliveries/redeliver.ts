import { redeliverOfJob, redeliverOfWebhook } from '../../store/messages/deliveries.ts'
import { redeliverFailed } from '../../store/messages/redeliverFailed.ts'
import type { DeliveryWire } from '../../wire/delivery.ts'
import { parseRedelivery } from '../../wire/redelivery.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findJob } from '../jobs/find.ts'
import { findWebhook } from '../webhooks/find.ts'
import { checkDeliveryId, foundDelivery } from './deliveries.ts'

export type RedeliverRequest = {
  /** Of the webhook, or of the job. */
  readonly id: string
  readonly delivery: string
}

/** Sends a webhook's message again at once; should it fail, with the whole schedule before it. Throws `not-found`. */
export async function redeliverToWebhook(
  { database, wakeDeliverer }: Pick<ServiceDeps, 'database' | 'wakeDeliverer'>,
  caller: Caller,
  { id, delivery }: RedeliverRequest,
): Promise<DeliveryWire> {
  requireScope(caller, 'webhooks')
  const webhook = await findWebhook(database, caller.tenant, id)
  const message = await redeliverOfWebhook(database, caller.tenant, webhook.id, checkDeliveryId(delivery))
  const sent = foundDelivery(delivery, message)
  wakeDeliverer()
  return sent
}

/** Sends all of a webhook's messages again that failed since a moment, the newest 10,000 at most. Throws `not-found`, `invalid-webhook`. */
export async function redeliverFailedToWebhook(
  { database, wakeDeliverer }: Pick<ServiceDeps, 'database' | 'wakeDeliverer'>,
  caller: Caller,
  { id, input }: { readonly id: string; readonly input: unknown },
): Promise<{ readonly count: number }> {
  requireScope(caller, 'webhooks')
  const webhook = await findWebhook(database, caller.tenant, id)
  const count = await redeliverFailed(database, caller.tenant, webhook.id, parseRedelivery(input))
  wakeDeliverer()
  return { count }
}

/** The same of a message to a job's own callback. */
export async function redeliverToCallback(
  { database, wakeDeliverer }: Pick<ServiceDeps, 'database' | 'wakeDeliverer'>,
  caller: Caller,
  { id, delivery }: RedeliverRequest,
): Promise<DeliveryWire> {
  requireScope(caller, 'jobs:write')
  const job = await findJob(database, caller.tenant, id)
  const message = await redeliverOfJob(database, caller.tenant, job.id, checkDeliveryId(delivery))
  const sent = foundDelivery(delivery, message)
  wakeDeliverer()
  return sent
}
