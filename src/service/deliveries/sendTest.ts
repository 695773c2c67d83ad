import { randomUUIDv7 } from 'node:crypto'
import { addTestMessage, deliveryOfWebhook } from '../../store/messages/deliveries.ts'
import { type DeliveryWire, deliveryToWire } from '../../wire/delivery.ts'
import { type Caller, requireScope } from '../caller.ts'
import { repeatedDelivery } from './deliveries.ts'
import type { ServiceDeps } from '../deps.ts'
import { claimOf, type Once } from '../repeats.ts'
import { findWebhook } from '../webhooks/find.ts'
import type { WebhookActRequest } from '../webhooks/rotateSecret.ts'

/**
 * Sends a `webhook.test` message, also while the webhook is switched off; a repeat of the same request sends none. Throws
 * `not-found` and `idempotency-conflict`.
 */
export async function sendTestMessage(
  { database, wakeDeliverer }: Pick<ServiceDeps, 'database' | 'wakeDeliverer'>,
  caller: Caller,
  { id: given, idempotencyKey }: WebhookActRequest,
): Promise<Once<DeliveryWire>> {
  requireScope(caller, 'webhooks')
  const { tenant } = caller
  const { id } = await findWebhook(database, tenant, given)
  const claim = claimOf(caller, 'webhooks.test', idempotencyKey, { id })
  const messageId = `msg_${randomUUIDv7()}`
  const message = await addTestMessage(database, tenant, id, messageId, claim && { ...claim, answer: messageId })
  if (message === null) {
    const repeated = await repeatedDelivery(database, claim, (before) =>
      deliveryOfWebhook(database, tenant, id, before),
    )
    if (repeated === null) throw new Error('a test message was not made')
    return repeated
  }
  wakeDeliverer()
  return { answer: deliveryToWire(message), replayed: false }
}
