import type { Database } from '../../store/client.ts'
import type { Delivery } from '../../store/messages/deliveries.ts'
import { idCursor } from '../../wire/cursor.ts'
import { type DeliveryWire, deliveryToWire } from '../../wire/delivery.ts'
import { ProblemError } from '../../wire/problem.ts'
import { answeredBefore, goneMeanwhile, type Once, type RequestClaim } from '../repeats.ts'

const DELIVERY_ID = /^msg_[0-9a-f-]{36}$/

/** Throws `not-found` for what can't be a message's id at all, before the database is asked. */
export function checkDeliveryId(id: string): string {
  if (!DELIVERY_ID.test(id)) throw noSuchDelivery(id)
  return id
}

/** The message that a request sent before; null: no earlier one had its idempotency key. */
export async function repeatedDelivery(
  database: Database,
  claim: RequestClaim | null,
  read: (id: string) => Promise<Delivery | null>,
): Promise<Once<DeliveryWire> | null> {
  const before = await answeredBefore<string>(database, claim)
  if (before === null) return null
  const message = await read(before)
  if (message === null) throw goneMeanwhile('message')
  return { answer: deliveryToWire(message), replayed: true }
}

/** The problem of a delivery that the caller has not. */
export function noSuchDelivery(id: string): ProblemError {
  return new ProblemError('not-found', `there is no delivery ${id.slice(0, 100)}`)
}

/** Tells a cursor of a list of deliveries. */
export const isCursor = idCursor(DELIVERY_ID)
