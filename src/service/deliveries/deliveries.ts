import type { Delivery } from '../../store/messages/deliveries.ts'
import { type DeliveryWire, deliveryToWire } from '../../wire/delivery.ts'
import { ProblemError } from '../../wire/problem.ts'

const DELIVERY_ID = /^msg_[0-9a-f-]{36}$/

/** Throws `not-found` for what can't be a message's id at all, before the database is asked. */
export function checkDeliveryId(id: string): string {
  if (!DELIVERY_ID.test(id)) throw noSuchDelivery(id)
  return id
}

/** A message that is on its way again. Throws `not-found` where there is none. */
export function foundDelivery(id: string, message: Delivery | null): DeliveryWire {
  if (message === null) throw noSuchDelivery(id)
  return deliveryToWire(message)
}

function noSuchDelivery(id: string): ProblemError {
  return new ProblemError('not-found', `there is no delivery ${id.slice(0, 100)}`)
}

export function isCursor(value: unknown): value is [string] {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' && DELIVERY_ID.test(value[0])
}
