import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startReceiver } from '../outbound/receiver.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { addWebhook, attempts, LOCAL, SECRET, verified } from '../webhooks/delivery.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ settings: LOCAL })
})
afterAll(() => service[Symbol.asyncDispose]())

const url = 'https://example.com/hook'
const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`

describe('a webhook', () => {
  test('is made with its defaults; its secret is shown then, and never again', async () => {
    const { status, headers, body } = await service.request('POST', '/v1/webhooks', { url })
    const { secret, ...shown } = body
    expect([status, headers['location']]).toEqual([201, `/v1/webhooks/${body.id}`])
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32)
    expect(shown).toEqual({
      id: expect.stringMatching(/^wh_/),
      url,
      events: ['step.updated', 'job.finished'],
      description: null,
      enabled: true,
      disabled_reason: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    expect(await service.client.webhooks.get(body.id)).toEqual(shown)
    const { data } = await service.client.webhooks.list().page()
    expect(data[0]).toEqual(shown)
  })

  test.each([
    ['without a URL', {}, '/url'],
    ['with an unknown field', { url, color: 'red' }, '/color'],
    ['with an unknown kind', { url, events: ['job.created'] }, '/events/0'],
    ['with no kind at all', { url, events: [] }, '/events'],
    ['with a secret of 23 bytes', { url, secret: secretOf(23) }, '/secret'],
    ['with a secret of 65 bytes', { url, secret: secretOf(65) }, '/secret'],
    ['with a secret without its prefix', { url, secret: Buffer.alloc(32).toString('base64') }, '/secret'],
    ['with a long description', { url, description: 'x'.repeat(501) }, '/description'],
    ['with another protocol', { url: 'ftp://example.com/' }, '/url'],
    ['with credentials', { url: 'https://user:pass@example.com/' }, '/url'],
    ['with a long URL', { url: `https://example.com/${'x'.repeat(2048)}` }, '/url'],
  ])('%s is refused', async (_what, body, pointer) => {
    const reply = await service.request('POST', '/v1/webhooks', body)
    expect([reply.status, reply.body.type]).toEqual([422, '/problems/invalid-webhook'])
    expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer])
  })

  test.each([24, 64])('takes a secret of %d bytes', async (bytes) => {
    const { status, body } = await service.request('POST', '/v1/webhooks', { url, secret: secretOf(bytes) })
    expect([status, body.secret]).toEqual([201, secretOf(bytes)])
  })

  test('is changed field by field, and a wrong change changes nothing', async () => {
    const { id } = await addWebhook(service, url, { events: ['job.finished'], description: 'one' })
    const change = (body: object) => service.request('PATCH', `/v1/webhooks/${id}`, body)
    expect((await change({ description: null })).body).toMatchObject({ url, description: null, enabled: true })
    expect((await change({ enabled: false })).body).toMatchObject({ enabled: false, events: ['job.finished'] })
    expect((await change({ url: 'nonsense' })).body.type).toBe('/problems/invalid-webhook')
    expect((await change({ secret: SECRET })).status).toBe(422)
    expect((await change({})).body).toMatchObject({ url, enabled: false })
  })

  test('that is deleted is no longer there', async () => {
    const { id } = await addWebhook(service, url)
    expect((await service.request('DELETE', `/v1/webhooks/${id}`)).status).toBe(204)
    const methods = [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/test'],
      ['POST', '/rotate-secret'],
      ['GET', '/deliveries'],
    ] as const
    for (const [method, path] of methods) {
      const body = method === 'PATCH' ? {} : undefined
      const { status } = await service.request(method, `/v1/webhooks/${id}${path}`, body)
      expect([method, path, status]).toEqual([method, path, 404])
    }
    expect((await service.request('GET', '/v1/webhooks/nonsense')).status).toBe(404)
  })

  test('stands in pages, newest first, without repeat or gap', async () => {
    const made: string[] = []
    for (let i = 0; i < 5; i++) made.push((await addWebhook(service, url)).id)
    // Ids sort by time, to the millisecond.
    made.sort((a, b) => (a < b ? 1 : -1))
    const first = (await service.request('GET', '/v1/webhooks?limit=3')).body
    const next = (await service.request('GET', `/v1/webhooks?limit=2&cursor=${first.next_cursor}`)).body
    expect([...first.data, ...next.data].map(({ id }) => id)).toEqual(made)
    expect((await service.request('GET', '/v1/webhooks?cursor=x')).status).toBe(400)
  })
})

describe('addresses that are not public', () => {
  test.each([
    'http://127.0.0.1/',
    'http://localhost./',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::127.0.0.1]/',
    'http://[fd00::1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://168.63.129.16/',
    'http://100.64.0.1/',
  ])('%s is refused for webhooks and callbacks', async (address) => {
    await using strict = await startConduit()
    const webhook = await strict.request('POST', '/v1/webhooks', { url: address })
    expect([webhook.status, webhook.body.errors?.[0]?.pointer]).toEqual([422, '/url'])
    const job = await strict.request('POST', '/v1/jobs', { steps: [], on_job_finish: { url: address } })
    expect([job.status, job.body.errors?.[0]?.pointer]).toEqual([422, '/on_job_finish/url'])
  })
})

describe('deliveries', () => {
  // Of their own: the webhooks above go to a host that is none.
  let service: TestConduit
  beforeAll(async () => {
    service = await startConduit({ settings: LOCAL })
  })
  afterAll(() => service[Symbol.asyncDispose]())

  test('a test message arrives, verifies and is on record', async () => {
    await using receiver = await startReceiver()
    const { id } = await addWebhook(service, receiver.url)
    const delivered = attempts(service.conduit.telemetry, 1, ({ endpoint }) => endpoint === id)
    const { status, body } = await service.request('POST', `/v1/webhooks/${id}/test`)
    expect([status, body.state, body.event_type, body.job_id]).toEqual([202, 'pending', 'webhook.test', null])
    await delivered
    const [visit] = receiver.visits
    expect(visit && verified(visit)).toEqual({
      type: 'webhook.test',
      timestamp: body.created_at,
      data: { webhook: { id } },
    })
    expect(visit?.headers['webhook-id']).toBe(body.id)
    const { data } = (await service.request('GET', `/v1/webhooks/${id}/deliveries`)).body
    expect(data).toEqual([
      {
        ...body,
        state: 'delivered',
        attempts: [{ at: expect.any(String), status_code: 200, error: null, duration_ms: expect.any(Number) }],
      },
    ])
  })

  test("a job's own callbacks have theirs, which are delivered again under the same id with the same body", async () => {
    await using receiver = await startReceiver()
    const isCallback = ({ endpoint }: { endpoint: string }): boolean => endpoint.startsWith('cb_')
    const first = attempts(service.conduit.telemetry, 2, isCallback)
    const { id } = await service.run({
      steps: [{ action: 'LOGIC.TRUE' }],
      on_step_update: { url: receiver.url },
      on_job_finish: { url: receiver.url },
    })
    await first
    const { data } = (await service.request('GET', `/v1/jobs/${id}/deliveries`)).body
    expect(data.map((one: { event_type: string }) => one.event_type)).toEqual(['job.finished', 'step.updated'])
    const again = attempts(service.conduit.telemetry, 1, isCallback)
    expect((await service.request('POST', `/v1/jobs/${id}/deliveries/${data[0].id}/redeliver`)).status).toBe(202)
    await again
    const visits = receiver.visits.filter(({ headers }) => headers['webhook-id'] === data[0].id)
    expect([visits.length, new Set(visits.map(({ body }) => body)).size]).toEqual([2, 1])
    const reply = await service.request('POST', `/v1/jobs/${id}/deliveries/${data[0].id}x/redeliver`)
    expect(reply.status).toBe(404)
    expect((await service.request('GET', '/v1/jobs/none/deliveries')).status).toBe(404)
  })

  test('stand in pages, newest first', async () => {
    await using receiver = await startReceiver()
    const { id } = await addWebhook(service, receiver.url, { events: ['step.updated'] })
    const delivered = attempts(service.conduit.telemetry, 5, ({ endpoint }) => endpoint === id)
    await service.run({ steps: Array.from({ length: 5 }, () => ({ action: 'LOGIC.TRUE' })) })
    await delivered
    const list = `/v1/webhooks/${id}/deliveries`
    const first = (await service.request('GET', `${list}?limit=3`)).body
    const next = (await service.request('GET', `${list}?cursor=${first.next_cursor}`)).body
    expect([...first.data, ...next.data].map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1])
    expect(next.next_cursor).toBeNull()
  })
})
