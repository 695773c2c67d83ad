import { type OutgoingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
let port: number
beforeAll(async () => {
  service = await startConduit({ settings: { PORT: '0', BODY_LIMIT_BYTES: '20000' } })
  port = Number(new URL(await service.conduit.listen()).port)
})
afterAll(() => service[Symbol.asyncDispose]())

const simple = { steps: [{ action: 'LOGIC.TRUE' }] }

/** Sends bytes as they are, on a connection that the server closes; gives all it answers. */
async function exchange(bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

/** Posts a job as a client does that sends all of it before it reads; gives the status. */
function post(body: Buffer, headers: OutgoingHttpHeaders): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  request({ port, method: 'POST', path: '/v1/jobs', headers }, (reply) => {
    reply.resume()
    resolve(reply.statusCode)
  })
    .on('error', reject)
    .end(body)
  return promise
}

describe('x-request-id', () => {
  test.each(['/livez', '/v1/jobs', '/nothing', '/v1/jobs/%zz', '/docs', '/metrics'])('stands on %s', async (url) => {
    expect((await service.request('GET', url)).headers['x-request-id']).toMatch(/^[\w-]{36}$/)
  })

  test.each([
    ['GARBAGE\r\n\r\n', 400],
    ['GET /livez HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    [`GET /livez HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20000)}\r\n\r\n`, 431],
  ])('and a problem are given for what is no request: %.30j', async (bytes, status) => {
    const answer = await exchange(bytes)
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    const id = /x-request-id: (\S+)/i.exec(head)?.[1]
    expect(JSON.parse(body)).toMatchObject({ type: '/problems/malformed-request', status, instance: id })
  })

  test.each([
    ['A.b_c-9', true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
    ['a b', false],
  ])('is that of the client only in its own form: %.9s, %s', async (id, kept) => {
    const { headers } = await service.request('GET', '/livez', undefined, { 'x-request-id': id })
    expect(headers['x-request-id'] === id).toBe(kept)
  })
})

describe('a body', () => {
  test.each(['/v1/jobs', '/v1/jobs/validate'])('that is needed and left out is 400: %s', async (url) => {
    for (const headers of [{}, { 'content-type': 'application/json' }]) {
      const { status, body } = await service.request('POST', url, undefined, headers)
      expect([status, body.type]).toEqual([400, '/problems/malformed-request'])
    }
  })

  test.each(['application/json', 'application/x-www-form-urlencoded', undefined])(
    'that nobody needs may be empty, and named %s',
    async (type) => {
      const { id } = await service.run(simple)
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type, 'content-length': '0' }
      expect((await service.request('POST', `/v1/jobs/${id}/cancel`, undefined, headers)).status).toBe(409)
      expect((await service.request('DELETE', `/v1/jobs/${id}`, undefined, headers)).status).toBe(204)
    },
  )

  test.each([
    ['{"steps": [}', 1, 12],
    ['{\n  "steps": []\n  "name": 5\n}', 3, 3],
    ['{"steps": [', 1, 12],
  ])('that is no JSON is told where: %j', async (body, line, column) => {
    const reply = await service.request('POST', '/v1/jobs', body)
    expect([reply.status, reply.body.detail]).toEqual([
      400,
      `the body is not valid JSON: line ${line}, column ${column}`,
    ])
  })

  test('with a key that has no allowed name is told the rule', async () => {
    const { body } = await service.request('POST', '/v1/jobs', { ...simple, metadata: { 'a b': 'c' } })
    expect(body.errors).toEqual([
      { pointer: '/metadata/a b', detail: 'the key must be 1 to 40 letters, digits, _ or -' },
    ])
  })

  test('that is too large is read to its end, so that a client which is still sending sees the 413', async () => {
    const body = Buffer.alloc(8_000_000, 'x')
    for (const length of [{ 'content-length': body.length }, { 'transfer-encoding': 'chunked' }]) {
      expect(await post(body, { 'content-type': 'application/json', ...length })).toBe(413)
    }
  })
})

describe('a query', () => {
  test.each(['wait=1.5', 'wait=1e1', 'wait=0x1', 'wait=true', 'wait=61', 'wait=-1', 'steps=1', 'wait=1&wait=1'])(
    'with %s is 400',
    async (query) => {
      const { id } = await service.run(simple)
      const { status, body } = await service.request('GET', `/v1/jobs/${id}?${query}`)
      expect([status, body.type]).toEqual([400, '/problems/malformed-request'])
    },
  )

  test('with a value that is none of those allowed is told these', async () => {
    const { body } = await service.request('GET', '/v1/jobs?state=done')
    expect(body.detail).toBe(
      'state must be one of scheduled, queued, running, waiting, succeeded, failed, cancelled, or several of them with commas',
    )
  })

  test.each([
    ['/v1/jobs?status=failed', 'there is no parameter status; did you mean state?'],
    ['/v1/jobs?limti=1', 'did you mean limit?'],
    ['/v1/blocks/TEXT.JOIN?limit=1', 'there is no parameter limit; this takes none'],
    ['/v1/jobs?metadata=1', 'this takes state, name, id_prefix, tag,'],
    ['/v1/jobs?status=', 'did you mean state?'],
    ['/v1/jobs?status', 'did you mean state?'],
  ])('with what nobody knows is told so: %s', async (url, detail) => {
    const { status, body } = await service.request('GET', url)
    expect([status, body.type]).toEqual([400, '/problems/malformed-request'])
    expect(body.detail).toContain(detail)
  })

  test.each(['state=', 'limit=&cursor=', 'name&tag', 'metadata.order=', 'state=&state=queued'])(
    'counts what has no value as left out: %s',
    async (query) => {
      expect((await service.request('GET', `/v1/jobs?${query}`)).status).toBe(200)
    },
  )

  test('without values waits for nothing, and begins at the first event', async () => {
    const { id } = await service.run(simple)
    expect((await service.request('GET', `/v1/jobs/${id}?wait=&steps=`)).status).toBe(200)
    expect((await service.request('GET', `/v1/jobs/${id}/events?after=&limit=`)).body.data).toHaveLength(2)
  })

  test.each([
    ['2026-02-30T00:00:00Z', 400],
    ['2026-02-28T00:00:00', 400],
    ['2026-02-28T00:00:00+01:00', 200],
    ['2026-02-28T00:00:00.123%2B01:00', 200],
    ['2026-02-28%2000:00:00Z', 200],
  ])('created_after=%s is %i', async (moment, status) => {
    expect((await service.request('GET', `/v1/jobs?created_after=${moment}`)).status).toBe(status)
  })
})

describe('a path', () => {
  test('below /v1/jobs is the client’s: a job may have the id validate', async () => {
    await service.run({ ...simple, id: 'validate' })
    expect((await service.request('GET', '/v1/jobs/validate')).body.id).toBe('validate')
    const put = await service.request('PUT', '/v1/jobs/validate', {})
    expect([put.status, put.headers['allow']]).toEqual([405, 'DELETE, GET, HEAD, PATCH, POST'])
    expect((await service.request('DELETE', '/v1/jobs/validate')).status).toBe(204)
    expect((await service.request('GET', '/v1/jobs/validate')).status).toBe(404)
  })

  test('names a block in any case of ASCII, and of nothing else', async () => {
    expect((await service.request('GET', '/v1/blocks/text.Split')).status).toBe(200)
    expect((await service.request('GET', `/v1/blocks/${encodeURIComponent('text.ſplit')}`)).status).toBe(404)
  })
})

describe('If-None-Match', () => {
  test('is all that decides on a 304, whatever Cache-Control says: fetch adds no-cache by itself', async () => {
    const { id } = await service.run(simple)
    const { headers } = await service.request('GET', `/v1/jobs/${id}`)
    const etag = String(headers['etag'])
    for (const tag of ['*', etag, `"other", ${etag}`]) {
      const conditional = { 'if-none-match': tag, 'cache-control': 'no-cache', pragma: 'no-cache' }
      expect((await service.request('GET', `/v1/jobs/${id}`, undefined, conditional)).status).toBe(304)
    }
    expect((await service.request('GET', `/v1/jobs/${id}`, undefined, { 'if-none-match': '"other"' })).status).toBe(200)
  })
})

test.each([
  ['application/json; charset=utf-8', 200],
  ['text/html, application/json;q=0.1', 200],
  ['application/json;q=0', 406],
])('Accept: %s is %i', async (accept, status) => {
  expect((await service.request('GET', '/v1/blocks/TEXT.JOIN', undefined, { accept })).status).toBe(status)
})
