import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { type Receiver, startReceiver, startSocketServer } from '../outbound/receiver.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { addWebhook, attempts, deliveriesOf, LOCAL, sql } from './delivery.ts'

/** For receivers that never answer; all others have the time that a busy machine may take. */
const IMPATIENT = { ...LOCAL, WEBHOOK_TIMEOUT_SECONDS: '1.5', WEBHOOK_RETRY_SCHEDULE: '20ms' }

/** Sends one message to a receiver and gives its delivery once `count` attempts are on record. */
async function deliver(service: TestConduit, url: string, count: number) {
  const { id } = await addWebhook(service, url, { events: ['job.finished'] })
  const made = attempts(service.conduit.telemetry, count, ({ endpoint }) => endpoint === id)
  await service.run({ steps: [{ action: 'LOGIC.TRUE' }] })
  await made
  const [delivery] = await deliveriesOf(service, id)
  if (delivery === undefined) throw new Error('nothing was recorded')
  return delivery
}

const codesOf = (delivery: { attempts: { status_code: number | null }[] }) =>
  delivery.attempts.map(({ status_code }) => status_code)

/** Answers with one status after the other, and the last one from then on. */
const answering =
  (...statuses: number[]) =>
  (response: ServerResponse) => {
    response.statusCode = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200
    response.end()
  }

const idsOf = ({ visits }: Receiver) => new Set(visits.map(({ headers }) => headers['webhook-id']))

test('a message is tried again until it is delivered, under one id and with one body', async () => {
  await using receiver = await startReceiver(answering(500, 503, 204))
  await using service = await startConduit({ settings: LOCAL })
  const delivery = await deliver(service, receiver.url, 3)
  expect([delivery.state, codesOf(delivery), delivery.next_attempt_at]).toEqual(['delivered', [500, 503, 204], null])
  expect([idsOf(receiver).size, new Set(receiver.visits.map(({ body }) => body)).size]).toEqual([1, 1])
})

test('after the last attempt of the schedule a message has failed', async () => {
  await using receiver = await startReceiver(answering(500))
  await using service = await startConduit({ settings: LOCAL })
  const delivery = await deliver(service, receiver.url, 4)
  expect([delivery.state, codesOf(delivery)]).toEqual(['failed', [500, 500, 500, 500]])
})

test('a redirect is no delivery and is never followed', async () => {
  await using elsewhere = await startReceiver()
  await using receiver = await startReceiver((response) => {
    response.writeHead(307, { location: elsewhere.url }).end()
  })
  await using service = await startConduit({ settings: LOCAL })
  const delivery = await deliver(service, receiver.url, 4)
  expect([delivery.state, codesOf(delivery), elsewhere.visits.length]).toEqual(['failed', [307, 307, 307, 307], 0])
})

test('410 switches the webhook off and drops what is pending; nothing more is recorded for it', async () => {
  await using receiver = await startReceiver(answering(500, 410))
  await using service = await startConduit({ settings: { ...LOCAL, WEBHOOK_RETRY_SCHEDULE: '1h' } })
  const { id } = await addWebhook(service, receiver.url, { events: ['job.finished'] })
  for (let i = 0; i < 2; i++) {
    const made = attempts(service.conduit.telemetry, 1)
    await service.run({ steps: [{ action: 'LOGIC.TRUE' }] })
    await made
  }
  const webhook = await service.client.webhooks.get(id)
  expect([webhook.enabled, webhook.disabled_reason]).toEqual([false, 'it answered 410 Gone'])
  await service.run({ steps: [] })
  const deliveries = await deliveriesOf(service, id)
  expect(deliveries.map(({ state }) => state)).toEqual(['failed', 'failed'])
  const again = (await service.request('PATCH', `/v1/webhooks/${id}`, { enabled: true })).body
  expect([again.enabled, again.disabled_reason]).toEqual([true, null])
})

test('Retry-After puts the next attempt off, but no longer than 24 hours', async () => {
  const waits = ['7200', new Date(Date.now() + 3 * 3600_000).toUTCString(), String(10 ** 9)]
  await using receiver = await startReceiver((response) => {
    response.writeHead(429, { 'retry-after': waits.shift() ?? '' }).end()
  })
  await using service = await startConduit({ settings: LOCAL })
  const hours: number[] = []
  for (let i = 0; i < 3; i++) {
    const { attempts: made, next_attempt_at } = await deliver(service, receiver.url, 1)
    hours.push((Date.parse(next_attempt_at ?? '') - Date.parse(made[0]?.at ?? '')) / 3600_000)
    for await (const { id } of service.client.webhooks.list()) await service.client.webhooks.delete(id)
  }
  expect(hours.map((wait) => Math.round(wait * 10) / 10)).toEqual([2, 3, 24])
})

test('a receiver that hangs, resets or is not there is given up in time, and tried again; one that drips said all with its status', async () => {
  await using hanging = await startReceiver(() => undefined)
  await using dripping = await startReceiver((response) => {
    response.writeHead(200, { 'content-length': '100' })
    const timer = setInterval(() => response.write('x'), 100)
    response.on('close', () => clearInterval(timer))
  })
  await using resetting = await startSocketServer((socket) => socket.resetAndDestroy())
  await using garbling = await startSocketServer((socket) => socket.end('nonsense\r\n\r\n'))
  await using service = await startConduit({ settings: IMPATIENT })
  const urls = [hanging.url, dripping.url, resetting.url, garbling.url, 'http://127.0.0.1:9/']
  const webhooks = await Promise.all(urls.map((url) => addWebhook(service, url, { events: ['job.finished'] })))
  const made = attempts(service.conduit.telemetry, 2 * urls.length - 1)
  await service.run({ steps: [{ action: 'LOGIC.TRUE' }] })
  await made
  const deliveries = (await Promise.all(webhooks.map(({ id }) => deliveriesOf(service, id)))).flat()
  expect(deliveries.map(({ state, attempts }) => [state, attempts.map(({ error }) => error)])).toEqual([
    ['failed', ['no whole answer in 1500 ms', 'no whole answer in 1500 ms']],
    ['delivered', [null]],
    ['failed', Array(2).fill('the connection was closed before the answer ended')],
    ['failed', Array(2).fill('the answer is no valid HTTP/1.1')],
    ['failed', Array(2).fill('the host refused the connection')],
  ])
})

test('of a long answer no more than 64 KiB is read; it is a delivery all the same', async () => {
  let written = 0
  await using receiver = await startReceiver((response) => {
    response.writeHead(200)
    const write = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(16384))) written += 16384
    }
    response.on('drain', write).on('error', () => undefined)
    write()
  })
  await using service = await startConduit({ settings: LOCAL })
  const delivery = await deliver(service, receiver.url, 1)
  expect([delivery.state, codesOf(delivery)]).toEqual(['delivered', [200]])
  expect(written).toBeLessThan(16 * 1024 * 1024)
})

test('an endpoint that failed every attempt for five days is switched off, and says since when', async () => {
  await using receiver = await startReceiver(answering(500))
  await using service = await startConduit({ settings: LOCAL })
  await deliver(service, receiver.url, 1)
  const [{ id } = expect.fail('it is not listed')] = (await service.client.webhooks.list().page()).data
  const off = new Promise<{ webhook: string; reason: string }>((resolve) => {
    service.conduit.telemetry.on('webhookSwitchedOff', resolve)
  })
  await sql(service, `update webhook set failing_since = now() - interval '5 days 1 minute'`)
  await service.run({ steps: [{ action: 'LOGIC.TRUE' }] })
  expect(await off).toMatchObject({ webhook: id, reason: expect.stringMatching(/^every attempt failed since 2/) })
  const { body } = await service.request('GET', `/v1/webhooks/${id}`)
  expect([body.enabled, body.disabled_reason]).toEqual([false, (await off).reason])
})

test('a delivery in between begins the five days anew', async () => {
  await using receiver = await startReceiver(answering(500, 200, 500))
  await using service = await startConduit({ settings: LOCAL })
  await deliver(service, receiver.url, 2)
  const [row] = await sql(service, 'select failing_since from webhook')
  expect(row).toEqual({ failing_since: null })
})
