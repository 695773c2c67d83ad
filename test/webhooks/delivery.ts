import pg from 'pg'
import { Webhook } from 'standardwebhooks'
import type { Telemetry, TelemetryEvents } from '../../src/telemetry.ts'
import type { DeliveryWire } from '../../src/wire/delivery.ts'
import type { TestConduit } from '../support/conduit.ts'
import type { Visit } from '../outbound/receiver.ts'

/** A fixed secret for tests. */
export const SECRET = `whsec_${Buffer.alloc(32, 42).toString('base64')}`

/** Settings under which webhooks may go to receivers of the tests, and are tried again soon. */
export const LOCAL = { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_RETRY_SCHEDULE: '20ms,20ms,20ms' }

type Attempt = TelemetryEvents['deliveryAttempted'][0]

/** Resolves with the attempts once `count` of those that fit are on record. Call it before what makes them. */
export function attempts(
  telemetry: Telemetry,
  count: number,
  fits: (attempt: Attempt) => boolean = () => true,
): Promise<Attempt[]> {
  const { promise, resolve } = Promise.withResolvers<Attempt[]>()
  const seen: Attempt[] = []
  const note = (attempt: Attempt): void => {
    if (!fits(attempt)) return
    seen.push(attempt)
    if (seen.length < count) return
    telemetry.off('deliveryAttempted', note)
    resolve(seen)
  }
  telemetry.on('deliveryAttempted', note)
  return promise
}

/** Adds a webhook; its secret is `SECRET`. */
export async function addWebhook(service: TestConduit, url: string, more: object = {}): Promise<{ id: string }> {
  const { status, body } = await service.request('POST', '/v1/webhooks', { url, secret: SECRET, ...more })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return body
}

/** What a receiver got, verified. Throws where the signature is none of the secret's. */
export function verified(visit: Visit, secret: string = SECRET): ReturnType<typeof JSON.parse> {
  return new Webhook(secret).verify(visit.body, visit.headers as Record<string, string>)
}

/** A webhook's deliveries, newest first. */
export async function deliveriesOf(service: TestConduit, webhook: string): Promise<DeliveryWire[]> {
  return (await service.request('GET', `/v1/webhooks/${webhook}/deliveries?limit=200`)).body.data
}

/** Does something with the service's database behind its back. */
export async function sql(service: TestConduit, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: service.databaseUrl })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
