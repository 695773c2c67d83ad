import { readFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request as send } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Method, startConduit, type TestConduit } from '../support/conduit.ts'

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

describe('If-Match on whatever has an ETag', () => {
  let made = 0
  const scheduled = { ...simple, delay: '1h' }
  /** Makes one, and gives its URL. */
  const making: Record<string, () => Promise<string>> = {
    job: async () => `/v1/jobs/${(await service.client.jobs.submit(scheduled)).id}`,
    webhook: async () =>
      `/v1/webhooks/${(await service.request('POST', '/v1/webhooks', { url: 'https://example.com/hook' })).body.id}`,
    limits: async () => '/v1/tenants/matched/limits',
    definition: async () => {
      const url = `/v1/definitions/matched-${++made}`
      await service.request('PUT', url, simple)
      return url
    },
  }
  const doing: [what: string, method: Method, well: number, body?: unknown][] = [
    ['job', 'GET', 200],
    ['job', 'PATCH', 200, { run_at: '2099-01-01T00:00:00Z' }],
    ['job', 'DELETE', 409],
    ['webhook', 'GET', 200],
    ['webhook', 'PATCH', 200, { description: 'a' }],
    ['webhook', 'DELETE', 204],
    ['limits', 'GET', 200],
    ['limits', 'PUT', 200, { webhooks: 7 }],
    ['definition', 'GET', 200],
    ['definition', 'PUT', 200, simple],
    ['definition', 'DELETE', 204],
  ]

  test.each(doing)(
    '%s, %s: the right tag, a list with it and * do it, whatever else is 412',
    async (what, method, well, body) => {
      for (const wrong of ['"other"', 'other', 'W/"other"', '"a", "b"', '""', '"', ',', '*x', '"*"', '"0', '"01"']) {
        const url = await making[what]!()
        const answer = await service.request(method, url, body, { 'if-match': wrong })
        expect([wrong, answer.status, answer.body.type]).toEqual([wrong, 412, '/problems/precondition-failed'])
      }
      for (const right of [
        (tag: string) => tag,
        () => '*',
        (tag: string) => `"x",${tag}`,
        (tag: string) => ` ${tag} , "x"`,
        strongOf,
        weakOf,
      ]) {
        const url = await making[what]!()
        const tag = String((await service.request('GET', url)).headers['etag'])
        const answer = await service.request(method, url, body, { 'if-match': right(tag) })
        expect([right(tag), answer.status]).toEqual([right(tag), well])
      }
    },
  )

  /** Four changes, of which each would be right alone. */
  const racing: [what: string, method: Method, bodies: (round: number) => unknown[]][] = [
    ['webhook', 'PATCH', () => ['a', 'b', 'c', 'd'].map((description) => ({ description }))],
    ['webhook', 'DELETE', () => [undefined, undefined, undefined, undefined]],
    ['limits', 'PUT', (round) => [1, 2, 3, 4].map((number) => ({ webhooks: 10 * round + number }))],
    ['job', 'PATCH', () => [1, 2, 3, 4].map((day) => ({ run_at: `2099-01-0${day}T00:00:00Z` }))],
    ['definition', 'PUT', () => [1, 2, 3, 4].map((number) => ({ ...simple, metadata: { number: String(number) } }))],
  ]

  test.each(racing)('%s, %s: of changes at once under one tag one is made', async (what, method, bodies) => {
    for (let round = 0; round < 10; round++) {
      const url = await making[what]!()
      const known = { 'if-match': String((await service.request('GET', url)).headers['etag']) }
      const answers = await Promise.all(bodies(round).map((body) => service.request(method, url, body, known)))
      const [first = 0, ...others] = answers.map(({ status }) => status).sort((a, b) => a - b)
      expect(first).toBeLessThan(300)
      // One that came after the end finds nothing there.
      expect([404, 412]).toEqual(expect.arrayContaining(others))
    }
  })

  const strongOf = (tag: string): string => tag.replace('W/', '')
  const weakOf = (tag: string): string => `W/${strongOf(tag)}`

  test('a version of a definition is read under it too', async () => {
    const url = `${await making['definition']!()}/versions/1`
    expect((await service.request('GET', url, undefined, { 'if-match': '"2"' })).status).toBe(412)
    expect((await service.request('GET', url, undefined, { 'if-match': '"1"' })).status).toBe(200)
  })
})

describe('If-Match on what has no ETag', () => {
  const { paths } = JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8'))
  const changes = Object.keys(paths).flatMap((path) =>
    (['PUT', 'PATCH', 'DELETE'] as const).flatMap((method) => {
      const operation = paths[path][method.toLowerCase()]
      const heeds = operation?.parameters?.some(({ name }: { name: string }) => name === 'if-match')
      return operation !== undefined && heeds !== true ? [[method, path] as const] : []
    }),
  )

  test('changes are refused: nobody’s write is lost unsaid', async () => {
    expect(changes.length).toBeGreaterThan(5)
    for (const [method, path] of changes) {
      const { status } = await service.request(method, path.replace(/\{\w+\}/g, 'none'), {}, { 'if-match': '"1"' })
      expect([method, path, status]).toEqual([method, path, 412])
    }
  })

  test('* asks only whether it is there, and PUT would not look', async () => {
    const any = { 'if-match': '*' }
    expect((await service.request('DELETE', '/v1/schedules/none', undefined, any)).status).toBe(404)
    const written = await service.request('PUT', '/v1/schedules/none', { cron: '0 0 1 1 *', job: simple }, any)
    expect([written.status, (await service.request('GET', '/v1/schedules/none')).status]).toEqual([412, 404])
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
