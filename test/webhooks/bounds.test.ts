import type { WebhookChange } from '@conduit-jobs/client'
import { describe, expect, test, vi } from 'vitest'
import { setLimits } from '../../src/store/access/limits.ts'
import { NO_LIMITS } from '../../src/wire/limits.ts'
import { startKeyed } from '../access/keyring.ts'
import { startReceiver } from '../outbound/receiver.ts'
import { startConduit } from '../support/conduit.ts'
import { addWebhook, attempts, LOCAL, sql } from './delivery.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const stepsOf = (count: number): object[] => Array.from({ length: count }, () => ({ action: 'LOGIC.TRUE' }))

describe('steps times those who hear of them', () => {
  test('are at most 10,000: one more is 422 at /steps, and nothing is stored', async () => {
    await using service = await startConduit({ settings: { ...LOCAL, CONCURRENCY: '0' } })
    const hear = (i: number) => addWebhook(service, `http://127.0.0.1:9/${i}`, { events: ['step.updated'] })
    await Promise.all(Array.from({ length: 99 }, (_, i) => hear(i)))
    const callback = { on_step_update: { url: 'http://127.0.0.1:9/' } }
    expect((await service.request('POST', '/v1/jobs', { steps: stepsOf(100), ...callback })).status).toBe(202)
    const refused = await service.request('POST', '/v1/jobs', { id: 'flood', steps: stepsOf(101), ...callback })
    expect([refused.status, refused.body.type]).toEqual([422, '/problems/invalid-definition'])
    expect(refused.body.errors[0].pointer).toBe('/steps')
    expect(refused.body.detail).toContain('101 steps, of which 100 webhooks or callbacks hear: 10100 messages')
    expect((await service.request('GET', '/v1/jobs/flood')).status).toBe(404)
  })

  test('count those webhooks only that are on and hear of steps', async () => {
    await using service = await startConduit({ settings: { ...LOCAL, CONCURRENCY: '0' } })
    const post = () => service.request('POST', '/v1/jobs', { steps: stepsOf(10) })
    const added = await Promise.all(
      Array.from({ length: 1000 }, (_, i) =>
        addWebhook(service, `http://127.0.0.1:9/${i}`, { events: ['step.updated'] }),
      ),
    )
    expect((await post()).status).toBe(202)
    const [one] = added
    const change = (to: WebhookChange) => service.client.webhooks.update(one?.id ?? '', to)
    await change({ events: ['job.finished'] })
    expect((await service.request('POST', '/v1/jobs', { steps: stepsOf(11) })).status).toBe(422)
    await change({ events: ['step.updated'], enabled: false })
    await service.client.webhooks.delete(added[1]?.id ?? '')
    expect((await post()).status).toBe(202)
  })
})

test('a tenant with as many messages on their way as it may have gets 429 until some are delivered; others are let in', async () => {
  const { promise: open, resolve: answer } = Promise.withResolvers<void>()
  await using receiver = await startReceiver(async (response) => {
    await open
    response.end()
  })
  await using service = await startKeyed({ settings: LOCAL })
  await setLimits(service.database, 'acme', { ...NO_LIMITS, messages_pending: 5 }, 'command')
  const acme = await service.key({ tenant: 'acme' })
  const other = await service.key({ tenant: 'other' })
  await acme('POST', '/v1/webhooks', { url: receiver.url })
  await other('POST', '/v1/webhooks', { url: receiver.url })
  const job = { steps: stepsOf(2) }
  expect((await acme('POST', '/v1/jobs', job)).status).toBe(202)
  const refused = await acme('POST', '/v1/jobs', job)
  expect([refused.status, refused.body.type, refused.headers['retry-after']]).toEqual([
    429,
    '/problems/too-many-requests',
    '5',
  ])
  expect(refused.body.detail).toContain('5 messages')
  expect((await acme('POST', '/v1/jobs', { steps: [] })).status).toBe(202)
  expect((await other('POST', '/v1/jobs', job)).status).toBe(202)
  answer()
  const again = async () => expect((await acme('POST', '/v1/jobs', job)).status).toBe(202)
  await vi.waitFor(again, { timeout: PATIENCE_MS, interval: 100 })
})

test('the limit stands where nothing is said, and can be set', async () => {
  await using service = await startKeyed()
  const operator = await service.key()
  expect((await operator('GET', '/v1/tenants/acme/limits')).body.messages_pending).toBe(100_000)
  const set = await operator('PUT', '/v1/tenants/acme/limits', { messages_pending: 7 })
  expect([set.status, set.body.messages_pending]).toEqual([200, 7])
  expect((await operator('PUT', '/v1/tenants/acme/limits', { messages_pending: 0 })).status).toBe(422)
  expect((await operator('PUT', '/v1/tenants/acme/limits', {})).body.messages_pending).toBe(100_000)
})

test('a hundred webhooks of one host see no more connections at once than that host may, and get everything', async () => {
  let now = 0
  let most = 0
  await using receiver = await startReceiver((response) => {
    most = Math.max(most, ++now)
    setTimeout(() => {
      now--
      response.end()
    }, 5)
  })
  await using service = await startConduit({ settings: { ...LOCAL, WEBHOOK_CONNECTIONS_PER_HOST: '4' } })
  await Promise.all(
    Array.from({ length: 100 }, (_, i) => addWebhook(service, `${receiver.url}/${i}`, { events: ['step.updated'] })),
  )
  const all = attempts(service.conduit.telemetry, 1000, ({ outcome }) => outcome === 'delivered')
  await service.run({ steps: stepsOf(10) })
  await all
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(4)
  expect(receiver.connections(), 'connections are used again').toBeLessThan(200)
  expect(new Set(receiver.visits.map(({ url, headers }) => `${url} ${headers['webhook-id']}`)).size).toBe(1000)
})

test('webhooks of a host that hangs hold up no other host, however many there are', async () => {
  await using dead = await startReceiver(() => {})
  await using alive = await startReceiver()
  await using service = await startConduit({ settings: { ...LOCAL, WEBHOOK_TIMEOUT_SECONDS: '120' } })
  await Promise.all(
    Array.from({ length: 300 }, (_, i) => addWebhook(service, `${dead.url}/${i}`, { events: ['step.updated'] })),
  )
  await addWebhook(service, alive.url, { events: ['job.finished'] })
  const delivered = attempts(service.conduit.telemetry, 3, ({ outcome }) => outcome === 'delivered')
  for (let i = 0; i < 3; i++) await service.run({ steps: stepsOf(20) })
  await delivered
  expect(alive.visits).toHaveLength(3)
  expect(dead.connections()).toBeLessThanOrEqual(16)
  const [pending] = await sql(service, `select count(*)::int as n from message where state in ('ready', 'sending')`)
  expect(pending).toEqual({ n: 300 * 60 })
})
