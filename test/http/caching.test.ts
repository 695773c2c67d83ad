import { readFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request as send } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
let port: number
beforeAll(async () => {
  service = await startConduit({ settings: { PORT: '0' } })
  port = Number(new URL(await service.conduit.listen()).port)
})
afterAll(() => service[Symbol.asyncDispose]())

const simple = { steps: [{ action: 'LOGIC.TRUE' }] }

type Head = readonly [status: number | undefined, headers: IncomingHttpHeaders]

/** The headers of an answer as they come over a socket. */
function headersOf(method: string, path: string, headers: Record<string, string> = {}): Promise<Head> {
  const { promise, resolve, reject } = Promise.withResolvers<Head>()
  send({ port, method, path, headers }, (answer) => {
    answer.destroy()
    resolve([answer.statusCode, answer.headers])
  })
    .on('error', reject)
    .end()
  return promise
}

describe('Cache-Control', () => {
  const { paths } = JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8'))
  const reads = Object.keys(paths).filter((path) => 'get' in paths[path])

  test.each(reads)('stands on GET %s, whatever the answer is', async (path) => {
    const url = path.replace(/\{\w+\}/g, 'none')
    const { headers } = await service.request('GET', url)
    expect(headers['cache-control']).toMatch(/^(no-store|private, no-cache)$/)
  })

  test('a stream of events is not kept, and is told apart by Accept', async () => {
    const { id } = await service.run(simple)
    for (const accept of ['text/event-stream', 'application/json']) {
      const { headers } = await service.request('GET', `/v1/jobs/${id}/events`, undefined, { accept })
      expect(headers).toMatchObject({ 'cache-control': 'no-store', vary: 'accept' })
    }
  })
})

describe('an answer without a body', () => {
  test('says no length where it is not that of the body', async () => {
    const { id } = await service.run(simple)
    const [, { etag = '' }] = await headersOf('GET', `/v1/jobs/${id}`)
    const stream = await headersOf('HEAD', `/v1/jobs/${id}/events`, { accept: 'text/event-stream' })
    expect(stream).toEqual([200, expect.objectContaining({ 'content-type': 'text/event-stream' })])
    const unchanged = await headersOf('GET', `/v1/jobs/${id}`, { 'if-none-match': etag })
    const head = await headersOf('HEAD', `/v1/jobs/${id}`, { 'if-none-match': etag })
    expect([unchanged[0], head[0]]).toEqual([304, 304])
    for (const [, headers] of [stream, unchanged, head]) expect(headers).not.toHaveProperty('content-length')
  })
})

describe('the ETag of a job', () => {
  test('is weak: with steps and without them it is the same', async () => {
    const { id } = await service.run(simple)
    const whole = await service.request('GET', `/v1/jobs/${id}`)
    const short = await service.request('GET', `/v1/jobs/${id}?steps=false`)
    expect(whole.headers['etag']).toMatch(/^W\/"[^"]+"$/)
    expect(short.headers['etag']).toBe(whole.headers['etag'])
  })

  test('changes with the moment at which the job is due', async () => {
    const { id } = await service.client.jobs.submit({ ...simple, delay: '1h' })
    const { headers } = await service.request('GET', `/v1/jobs/${id}`)
    const known = { 'if-none-match': String(headers['etag']) }
    expect((await service.request('GET', `/v1/jobs/${id}`, undefined, known)).status).toBe(304)
    await service.request('PATCH', `/v1/jobs/${id}`, { run_at: '2099-01-01T00:00:00Z' })
    const moved = await service.request('GET', `/v1/jobs/${id}`, undefined, known)
    expect([moved.status, moved.body.scheduled_for]).toEqual([200, '2099-01-01T00:00:00.000Z'])
  })

  test('is never that of another job which had the same id', async () => {
    const before = await service.run({ ...simple, id: 'twin' })
    const first = await service.request('GET', '/v1/jobs/twin')
    await service.request('DELETE', '/v1/jobs/twin')
    await service.run({ steps: [{ action: 'LOGIC.FALSE' }], id: 'twin' })
    const known = { 'if-none-match': String(first.headers['etag']) }
    const second = await service.request('GET', '/v1/jobs/twin', undefined, known)
    expect(before.state).toBe('succeeded')
    expect([second.status, second.body.steps[0].return_value]).toEqual([200, false])
  })
})

describe('If-Match', () => {
  const other = { 'if-match': '"other"' }

  test.each([
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/cancel'],
  ] as const)('that names another version of a job is 412: %s %s', async (method, path) => {
    const { id } = await service.run(simple)
    const { status, body } = await service.request(method, `/v1/jobs/${id}${path}`, undefined, other)
    expect([status, body.type]).toEqual([412, '/problems/precondition-failed'])
    expect((await service.request('GET', `/v1/jobs/${id}`)).status).toBe(200)
  })

  test.each([(etag: string) => etag, () => '*', (etag: string) => `"other", ${etag.replace('W/', '')}`])(
    'that names the version which is there lets it be done',
    async (tagFor) => {
      const { id } = await service.run(simple)
      const { headers } = await service.request('GET', `/v1/jobs/${id}`)
      const known = { 'if-match': tagFor(String(headers['etag'])) }
      expect((await service.request('DELETE', `/v1/jobs/${id}`, undefined, known)).status).toBe(204)
    },
  )

  test('guards a webhook, whose ETag changes with it', async () => {
    const { body: made } = await service.request('POST', '/v1/webhooks', { url: 'https://example.com/hook' })
    const url = `/v1/webhooks/${made.id}`
    const { headers } = await service.request('GET', url)
    const known = { 'if-match': String(headers['etag']) }
    const unchanged = await service.request('GET', url, undefined, { 'if-none-match': known['if-match'] })
    expect(unchanged.status).toBe(304)
    const changed = await service.request('PATCH', url, { description: 'a' }, known)
    expect([changed.status, changed.headers['etag']]).not.toEqual([200, known['if-match']])
    expect((await service.request('PATCH', url, { description: 'b' }, known)).status).toBe(412)
    expect((await service.request('DELETE', url, undefined, known)).status).toBe(412)
    const now = { 'if-match': String(changed.headers['etag']) }
    expect((await service.request('DELETE', url, undefined, now)).status).toBe(204)
  })

  test('guards limits in the same way', async () => {
    const url = '/v1/tenants/acme/limits'
    const { headers } = await service.request('GET', url)
    const known = { 'if-match': String(headers['etag']) }
    expect((await service.request('GET', url, undefined, { 'if-none-match': known['if-match'] })).status).toBe(304)
    const set = await service.request('PUT', url, { webhooks: 3 }, known)
    expect(set.status).toBe(200)
    expect((await service.request('PUT', url, { webhooks: 4 }, known)).status).toBe(412)
    expect((await service.request('GET', url)).headers['etag']).toBe(set.headers['etag'])
  })
})

test('an unknown path is not found, also where CORS_ORIGINS is set', async () => {
  await using open = await startConduit({ settings: { CORS_ORIGINS: 'https://app.example.com' } })
  expect((await open.request('GET', '/nothing')).status).toBe(404)
  expect((await open.request('PUT', '/v1/jobs', {})).headers['allow']).toBe('GET, HEAD, POST')
  const both = { origin: 'https://app.example.com', accept: 'application/json' }
  const { headers } = await open.request('GET', '/v1/jobs/none/events', undefined, both)
  expect(String(headers['vary']).toLowerCase()).toContain('origin')
  expect(headers['vary']).toContain('accept')
})

test('an empty header counts as left out', async () => {
  const empty = { 'last-event-id': '', prefer: '', 'idempotency-key': '', 'if-none-match': '', accept: '' }
  const made = await service.request('POST', '/v1/jobs', simple, empty)
  expect(made.status).toBe(202)
  const { status } = await service.request('GET', `/v1/jobs/${made.body.id}/events`, undefined, empty)
  expect(status).toBe(200)
})
