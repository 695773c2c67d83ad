import { once } from 'node:events'
import { Agent, request } from 'undici'
import { expect, test, vi } from 'vitest'
import { setLimits } from '../../src/store/access/limits.ts'
import { type Limits, NO_LIMITS } from '../../src/wire/limits.ts'
import { type Keyed, putKey, startKeyed } from './keyring.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const bound = (service: Keyed, tenant: string, limits: Partial<Limits>) =>
  setLimits(service.database, tenant, { ...NO_LIMITS, ...limits }, 'command')

const sleeping = { steps: [{ action: 'TIME.SLEEP', parameters: { seconds: 60 } }] }
const settings = { WEBHOOK_ALLOW_PRIVATE: 'true' }

/** Asks by sockets, all of which are closed with it: a service that closes waits for those that are kept. */
function openClient(key: string) {
  const agent = new Agent()
  const ask = async (url: string, options: { method?: 'POST'; body?: string } = {}) => {
    const controller = new AbortController()
    const headers = { accept: 'text/event-stream', 'content-type': 'application/json', authorization: `Bearer ${key}` }
    const reply = await request(url, {
      method: 'GET',
      ...options,
      headers,
      dispatcher: agent,
      signal: controller.signal,
    })
    reply.body.on('error', () => undefined) // hanging up is one
    if (reply.statusCode !== 200) await reply.body.dump()
    return { status: reply.statusCode, headers: reply.headers, close: () => controller.abort() }
  }
  return { ask, [Symbol.asyncDispose]: () => agent.destroy() }
}

test('a tenant has no more streams open than it may, on all replicas together, and another when one closes', async () => {
  await using service = await startKeyed({ settings: { PORT: '0' } }, 2)
  await bound(service, 'acme', { streams: 2 })
  const acme = await service.key({ tenant: 'acme' })
  await acme('POST', '/v1/jobs', { ...sleeping, id: 'long' })
  await using client = openClient((await putKey(service.database, { tenant: 'acme' })).text)
  const [one, two] = await Promise.all(service.replicas.map(({ conduit }) => conduit.listen()))
  const first = await client.ask(`${one}/v1/jobs/long/events`)
  const second = await client.ask(`${two}/v1/jobs/long/events`)
  expect([first.status, second.status]).toEqual([200, 200])
  for (const address of [one, two]) {
    const refused = await client.ask(`${address}/v1/jobs/long/events`)
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '5'])
  }
  const body = JSON.stringify({ id: 'refused', steps: [] })
  expect((await client.ask(`${one}/v1/jobs`, { method: 'POST', body })).status).toBe(429)
  expect((await acme('GET', '/v1/jobs/refused')).status).toBe(404)
  second.close()
  const again = async () => expect((await client.ask(`${one}/v1/jobs/long/events`)).status).toBe(200)
  await vi.waitFor(again, { timeout: PATIENCE_MS, interval: 50 })
  await acme('POST', '/v1/jobs/long/cancel')
})

test('a stream that is open is cut off when its key is revoked, on whichever replica', async () => {
  await using service = await startKeyed({ settings: { PORT: '0' } }, 2)
  const acme = await service.key({ tenant: 'acme' })
  await acme('POST', '/v1/jobs', { ...sleeping, id: 'long' })
  const { text, id } = await putKey(service.database, { tenant: 'acme' })
  await using client = openClient(text)
  await using bystander = openClient((await putKey(service.database, { tenant: 'acme' })).text)
  const address = await service.replicas[1]?.conduit.listen()
  const { telemetry } = service.replicas[1]?.conduit ?? missing()
  expect((await client.ask(`${address}/v1/jobs/long/events`)).status).toBe(200)
  expect((await bystander.ask(`${address}/v1/jobs/long/events`)).status).toBe(200)
  const closed: unknown[] = []
  telemetry.on('streamClosed', (event) => closed.push(event))
  const cut = once(telemetry, 'streamClosed')
  await acme('DELETE', `/v1/keys/${id}`)
  await cut
  expect(closed).toHaveLength(1)
  await acme('POST', '/v1/jobs/long/cancel')
})

test('a tenant has no more webhooks than it may, and the audit log tells of them', async () => {
  await using service = await startKeyed({ settings })
  await bound(service, 'acme', { webhooks: 1 })
  const acme = await service.key({ tenant: 'acme' })
  const { status, body } = await acme('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/' })
  expect(status).toBe(201)
  const refused = await acme('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/' })
  expect([refused.status, refused.body.type]).toEqual([429, '/problems/too-many-requests'])
  expect(refused.headers['retry-after']).toBe('60')
  const other = await service.key({ tenant: 'other' })
  expect((await other('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/' })).status).toBe(201)
  await acme('PATCH', `/v1/webhooks/${body.id}`, { enabled: false })
  await acme('POST', `/v1/webhooks/${body.id}/rotate-secret`)
  await acme('DELETE', `/v1/webhooks/${body.id}`)
  expect((await acme('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/' })).status).toBe(201)
  const log = (await acme('GET', '/v1/audit')).body.data.filter(
    ({ subject }: { subject: string }) => subject === body.id,
  )
  expect(log.map(({ action }: { action: string }) => action).reverse()).toEqual([
    'webhook.created',
    'webhook.changed',
    'webhook.secret-rotated',
    'webhook.deleted',
  ])
})

test('beyond its stored bytes a tenant gets 429 for new jobs, and reads and deletes as before', async () => {
  await using service = await startKeyed()
  await bound(service, 'acme', { stored_bytes: 10_000 })
  const acme = await service.key({ tenant: 'acme' })
  const job = (id: string) => ({ id, variables: { text: 'x'.repeat(4000) }, steps: [] })
  expect((await acme('POST', '/v1/jobs', job('a'))).status).toBe(202)
  expect((await acme('POST', '/v1/jobs', job('b'))).status).toBe(202)
  const { status, body, headers } = await acme('POST', '/v1/jobs', job('c'))
  expect([status, body.type, headers['retry-after']]).toEqual([429, '/problems/too-many-requests', '10'])
  expect((await acme('GET', '/v1/jobs/c')).status).toBe(404)
  expect((await acme('GET', '/v1/jobs/a')).status).toBe(200)
  expect((await (await service.key({ tenant: 'other' }))('POST', '/v1/jobs', job('c'))).status).toBe(202)
  // A replica that knows nothing yet measures what is there.
  await using later = await startKeyed({ settings: {} })
  await bound(later, 'acme', { stored_bytes: 5 })
  expect((await (await later.key({ tenant: 'acme' }))('POST', '/v1/jobs', job('a'))).status).toBe(429)
})

test('what a replica measures is what all jobs of the tenant take', async () => {
  await using service = await startKeyed({}, 2)
  const acme = await service.key({ tenant: 'acme' })
  const over = once(service.replicas[0]?.conduit.telemetry ?? missing(), 'jobFinished')
  const value = Array.from({ length: 400 }, () => Math.random().toString(36)).join('')
  await acme('POST', '/v1/jobs', { steps: [{ action: 'TEXT.CREATE', parameters: { value } }] })
  await over
  await bound(service, 'acme', { stored_bytes: value.length })
  const elsewhere = await service.key({ tenant: 'acme' }, 1)
  expect((await elsewhere('POST', '/v1/jobs', { steps: [] })).status).toBe(429)
})

function missing(): never {
  throw new Error('there is no replica')
}
