import {
  type Delivery,
  deliveryOfJob,
  deliveryOfWebhook,
  redeliverOfJob,
  redeliverOfWebhook,
} from '../../store/messages/deliveries.ts'
import { redeliverFailed } from '../../store/messages/redeliverFailed.ts'
import { type DeliveryWire, deliveryToWire } from '../../wire/delivery.ts'
import { parseRedelivery } from '../../wire/redelivery.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findJob } from '../jobs/find.ts'
import { answeredBefore, claimOf, type Once, type RequestClaim } from '../repeats.ts'
import { findWebhook } from '../webhooks/find.ts'
import { checkDeliveryId, noSuchDelivery, repeatedDelivery } from './deliveries.ts'

/** A message to be sent again; a repeat of the same request does not. */
export type RedeliverRequest = {
  /** Of the webhook, or of the job. */
  readonly id: string
  readonly delivery: string
  /** Makes a repeat safe for 24 hours; null: none. */
  readonly idempotencyKey: string | null
}

type Deps = Pick<ServiceDeps, 'database' | 'wakeDeliverer'>

/**
 * Sends a webhook's message again at once; should it fail, with the whole schedule before it. Throws `not-found` and
 * `idempotency-conflict`.
 */
export async function redeliverToWebhook(
  deps: Deps,
  caller: Caller,
  { id, delivery, idempotencyKey }: RedeliverRequest,
): Promise<Once<DeliveryWire>> {
  requireScope(caller, 'webhooks')
  const { database } = deps
  const { tenant } = caller
  const webhook = await findWebhook(database, tenant, id)
  const claim = claimOf(caller, 'webhooks.redeliver', idempotencyKey, { webhook: webhook.id, delivery })
  return sendAgain(deps, claim, {
    id: checkDeliveryId(delivery),
    send: (taken) => redeliverOfWebhook(database, tenant, webhook.id, delivery, taken),
    read: (before) => deliveryOfWebhook(database, tenant, webhook.id, before),
  })
}

/** The same of a message to a job's own callback. */
export async function redeliverToCallback(
  deps: Deps,
  caller: Caller,
  { id, delivery, idempotencyKey }: RedeliverRequest,
): Promise<Once<DeliveryWire>> {
  requireScope(caller, 'jobs:write')
  const { database } = deps
  const { tenant } = caller
  const job = await findJob(database, tenant, id)
  const claim = claimOf(caller, 'jobs.redeliver', idempotencyKey, { job: job.id, delivery })
  return sendAgain(deps, claim, {
    id: checkDeliveryId(delivery),
    send: (taken) => redeliverOfJob(database, tenant, job.id, delivery, taken),
    read: (before) => deliveryOfJob(database, tenant, job.id, before),
  })
}

type Message = {
  readonly id: string
  readonly send: (claim: RequestClaim | null) => Promise<Delivery | null>
  readonly read: (id: string) => Promise<Delivery | null>
}

async function sendAgain(
  { database, wakeDeliverer }: Deps,
  claim: RequestClaim | null,
  { id, send, read }: Message,
): Promise<Once<DeliveryWire>> {
  const message = await send(claim && { ...claim, answer: id })
  if (message === null) {
    const repeated = await repeatedDelivery(database, claim, read)
    if (repeated === null) throw noSuchDelivery(id)
    return repeated
  }
  wakeDeliverer()
  return { answer: deliveryToWire(message), replayed: false }
}

/** What is to be sent again of a webhook. */
export type RedeliverFailedRequest = {
  readonly id: string
  /** Parsed JSON. */
  readonly input: unknown
  /** Makes a repeat safe for 24 hours; null: none. */
  readonly idempotencyKey: string | null
}

/**
 * Sends all of a webhook's messages again that failed since a moment, the newest 10,000 at most. Throws `not-found`,
 * `invalid-webhook`, `idempotency-conflict`.
 */
export async function redeliverFailedToWebhook(
  { database, wakeDeliverer }: Deps,
  caller: Caller,
  { id, input, idempotencyKey }: RedeliverFailedRequest,
): Promise<Once<{ readonly count: number }>> {
  requireScope(caller, 'webhooks')
  const { tenant } = caller
  const webhook = await findWebhook(database, tenant, id)
  const since = parseRedelivery(input)
  const claim = claimOf(caller, 'webhooks.redeliver-failed', idempotencyKey, { webhook: webhook.id, input })
  const count = await redeliverFailed(database, tenant, webhook.id, since, claim)
  if (count === null) {
    return { answer: { count: (await answeredBefore<number>(database, claim)) ?? 0 }, replayed: true }
  }
  wakeDeliverer()
  return { answer: { count }, replayed: false }
}
