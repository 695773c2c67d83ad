import { randomUUIDv7 } from 'node:crypto'
import { addTestMessage } from '../../store/messages/deliveries.ts'
import { type DeliveryWire, deliveryToWire } from '../../wire/delivery.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findWebhook } from './find.ts'

/** Sends a `webhook.test` message, also while the webhook is switched off. Throws `not-found`. */
export async function sendTestMessage(
  { database, wakeDeliverer }: Pick<ServiceDeps, 'database' | 'wakeDeliverer'>,
  caller: Caller,
  given: string,
): Promise<DeliveryWire> {
  requireScope(caller, 'webhooks')
  const { id } = await findWebhook(database, caller.tenant, given)
  const message = await addTestMessage(database, caller.tenant, id, `msg_${randomUUIDv7()}`)
  wakeDeliverer()
  return deliveryToWire(message)
}
