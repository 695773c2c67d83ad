import { deliveriesOfJob, deliveriesOfWebhook } from '../../store/messages/deliveries.ts'
import { type Page, pageOfRows, readCursor } from '../../wire/cursor.ts'
import { type DeliveryWire, deliveryToWire } from '../../wire/delivery.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findJob } from '../jobs/find.ts'
import { findWebhook } from '../webhooks/find.ts'
import { isCursor } from './deliveries.ts'

/** Which page of the deliveries of a webhook or of a job is wanted. */
export type DeliveriesRequest = {
  /** Of the webhook, or of the job. */
  readonly id: string
  /** 1 to 200, default 50. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** A page of what was and is to be sent to a webhook, newest first. Throws `not-found`, `malformed-request`. */
export async function listWebhookDeliveries(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { limit = 50, cursor, ...request }: DeliveriesRequest,
): Promise<Page<DeliveryWire>> {
  requireScope(caller, 'webhooks')
  const [before] = cursor === undefined ? [null] : readCursor(cursor, isCursor)
  const { id } = await findWebhook(database, caller.tenant, request.id)
  const rows = await deliveriesOfWebhook(database, caller.tenant, id, { before, limit: limit + 1 })
  return pageOfRows(rows, limit, deliveryToWire, (row) => [row.id])
}

/** The same of a job: what goes to its own callbacks, and if asked for also what goes to webhooks. */
export async function listJobDeliveries(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { limit = 50, cursor, withWebhooks = false, ...request }: DeliveriesRequest & { readonly withWebhooks?: boolean },
): Promise<Page<DeliveryWire>> {
  requireScope(caller, 'jobs:read')
  if (withWebhooks) requireScope(caller, 'webhooks')
  const [before] = cursor === undefined ? [null] : readCursor(cursor, isCursor)
  const { id } = await findJob(database, caller.tenant, request.id)
  const rows = await deliveriesOfJob(database, caller.tenant, id, { before, limit: limit + 1, withWebhooks })
  return pageOfRows(rows, limit, deliveryToWire, (row) => [row.id])
}
