import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { httpBlocks } from '../../../src/blocks/http.ts'
import { InvalidArgument, StepAborted, TimeoutError, ValueTooLarge } from '../../../src/engine/errors.ts'
import type { JsonObject } from '../../../src/engine/values/json.ts'
import { createRegistry } from '../../../src/engine/registry.ts'
import { createOutbound, type Outbound, type OutboundRequest } from '../../../src/outbound/dispatcher.ts'
import { startReceiver, startSocketServer } from '../../outbound/receiver.ts'
import { contextWith } from '../callBlock.ts'

type Answer = { status: number; headers: Record<string, string>; body: unknown; url: string }

/** HTTP.REQUEST as the engine would call it: parameters checked, defaults filled in. */
async function call(
  outbound: Pick<Outbound, 'request'>,
  given: JsonObject,
  signal: AbortSignal = new AbortController().signal,
): Promise<Answer> {
  const block = createRegistry(httpBlocks(outbound)).blocks.get('HTTP.REQUEST')
  if (block === undefined) throw new Error('the block is not registered')
  const parameters = { ...Object.fromEntries(block.defaults), ...given }
  const refusal = block.check(parameters)
  if (refusal !== null) throw new Error(`INVALID_TYPE: ${refusal}`)
  return (await block.run(parameters, { ...contextWith(), signal })) as Answer
}

/** Calls the block against a server that answers as told. */
async function exchange(answer: (response: ServerResponse) => unknown, parameters: JsonObject = {}) {
  await using receiver = await startReceiver((response) => answer(response))
  await using outbound = createOutbound({ allowPrivate: true })
  const result = await call(outbound, { url: receiver.url, ...parameters })
  return { result, visit: receiver.visits[0], url: receiver.url }
}

const ok = (response: ServerResponse): unknown => response.end()

describe('what is sent', () => {
  test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('has the method %s', async (method) => {
    const { visit } = await exchange(ok, { method })
    expect(visit?.method).toBe(method)
  })

  test('is a plain GET by default', async () => {
    const { visit } = await exchange(ok)
    expect(visit).toMatchObject({ method: 'GET', url: '/', body: '' })
    expect(Object.keys(visit?.headers ?? {}).sort()).toEqual(['connection', 'host', 'user-agent'])
  })

  test.each([
    ['POST', 'job:1'],
    ['PUT', 'job:1'],
    ['PATCH', 'job:1'],
    ['DELETE', 'job:1'],
    ['GET', undefined],
    ['HEAD', undefined],
    ['OPTIONS', undefined],
  ])('with %s bears the idempotency key %s', async (method, key) => {
    const { visit } = await exchange(ok, { method })
    expect(visit?.headers['idempotency-key']).toBe(key)
  })

  test.each([
    ['Idempotency-Key', 'mine'],
    ['User-Agent', 'me'],
    ['Content-Type', 'application/vnd.api+json'],
  ])('has the %s of the caller, once', async (name, value) => {
    const { visit } = await exchange(ok, { method: 'POST', body: {}, headers: { [name]: value } })
    const names = visit?.rawHeaders.filter((_, i) => i % 2 === 0).map((raw) => raw.toLowerCase())
    expect(visit?.headers[name.toLowerCase()]).toBe(value)
    expect(names?.filter((raw) => raw === name.toLowerCase())).toHaveLength(1)
  })

  test.each<[JsonObject[string], string, string]>([
    ['häh 😀', 'häh 😀', 'text/plain; charset=utf-8'],
    ['', '', 'text/plain; charset=utf-8'],
    [{ a: [1, 'ü'] }, '{"a":[1,"ü"]}', 'application/json'],
    [[1, 2], '[1,2]', 'application/json'],
    [0, '0', 'application/json'],
    [false, 'false', 'application/json'],
    [null, 'null', 'application/json'],
  ])('with the body %j is %j as %s', async (body, sent, contentType) => {
    const { visit } = await exchange(ok, { method: 'POST', body })
    expect(visit?.body).toBe(sent)
    expect(visit?.headers['content-type']).toBe(contentType)
  })

  test.each<[string, JsonObject, string]>([
    ['/', { a: 'x y&z=ü', n: 1.5, t: true, f: false }, '/?a=x+y%26z%3D%C3%BC&n=1.5&t=true&f=false'],
    ['/p?q=%20a+b', { c: '' }, '/p?q=%20a+b&c='],
    ['/p?q=1#part', {}, '/p?q=1'],
    ['/p?', { a: 1 }, '/p?a=1'],
    ['/p#part', { a: '#' }, '/p?a=%23'],
    ['/', JSON.parse('{ "__proto__": "p", "constructor": "c" }'), '/?__proto__=p&constructor=c'],
  ])('to %s with the query %j goes to %s', async (path, query, sent) => {
    await using receiver = await startReceiver()
    await using outbound = createOutbound({ allowPrivate: true })
    const result = await call(outbound, { url: receiver.url + path, query })
    expect(receiver.visits[0]?.url).toBe(sent)
    expect(result.url).toBe(receiver.url + sent)
  })
})

describe('what comes back', () => {
  test('is status, headers, body and the URL', async () => {
    const { result, url } = await exchange((response) => {
      response.writeHead(
        201,
        [
          ['X-Mixed', 'Case'],
          ['X-Twice', '1'],
          ['X-Twice', '2'],
          ['Set-Cookie', 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT'],
          ['Set-Cookie', 'b=2'],
          ['Content-Type', 'application/json'],
        ].flat(),
      )
      response.end('{"id":1}')
    })
    expect(result).toMatchObject({
      status: 201,
      headers: {
        'x-mixed': 'Case',
        'x-twice': '1, 2',
        'set-cookie': 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT\nb=2',
      },
      body: { id: 1 },
      url: `${url}/`,
    })
  })

  test.each([
    [204, ''],
    [301, ''],
    [304, ''],
    [404, 'gone'],
    [500, 'oops'],
    [599, 'odd'],
  ])('with status %d is no error', async (status, body) => {
    const { result } = await exchange((response) => response.writeHead(status, { location: '/x' }).end(body))
    expect(result).toMatchObject({ status, body })
  })

  test.each([
    [399, false],
    [400, true],
    [404, true],
    [503, true],
  ])('with status %d and fail_on_status fails: %s', async (status, fails) => {
    const outcome = exchange((response) => response.writeHead(status).end(), { fail_on_status: true })
    if (fails)
      await expect(outcome).rejects.toMatchObject({
        name: `HttpStatus${status}`,
        message: `the host answered with status ${status}`,
      })
    else expect((await outcome).result.status).toBe(status)
  })

  test.each([
    ['7', 7000],
    [undefined, undefined],
    ['soon', undefined],
  ])('with Retry-After %s and fail_on_status says when to come back', async (header, retryAfterMs) => {
    const outcome = exchange(
      (response) => response.writeHead(503, header === undefined ? {} : { 'retry-after': header }).end(),
      { fail_on_status: true },
    )
    const error = await outcome.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'HttpStatus503', status: 503 })
    expect(Reflect.get(error as object, 'retryAfterMs')).toBe(retryAfterMs)
  })

  test('is a redirect itself, not what it leads to', async () => {
    await using inner = await startReceiver()
    const { result } = await exchange((response) => response.writeHead(307, { location: inner.url }).end())
    expect(result).toMatchObject({ status: 307, headers: { location: inner.url } })
    expect(inner.connections()).toBe(0)
  })

  test('to HEAD may name an encoding, since there is no body', async () => {
    const { result } = await exchange((response) => response.setHeader('content-encoding', 'gzip').end(), {
      method: 'HEAD',
    })
    expect(result).toMatchObject({ status: 200, body: '' })
  })
})

describe('what goes wrong', () => {
  test.each<[string, JsonObject, string]>([
    ['no URL', { url: 'example.com' }, 'absolute'],
    ['another scheme', { url: 'ftp://example.com/' }, 'http://'],
    ['credentials', { url: 'https://me:secret@example.com/' }, 'credentials'],
    ['a line end in the URL', { url: 'https://example.com/\r\nx-evil: y' }, 'control character'],
    ['a URL that its query makes too long', { url: 'https://example.com/', query: { q: 'a'.repeat(2048) } }, '2048'],
    ['a header with a line end', { url: 'https://example.com/', headers: { a: 'x\r\nx-evil: y' } }, 'one line'],
    ['a header of the connection', { url: 'https://example.com/', headers: { Host: 'inside' } }, '"Host"'],
    ['an address that is not public', { url: 'http://2130706433/' }, 'no public address'],
    ['a name that leads to one', { url: 'http://inside.test/' }, 'inside.test is no public address'],
  ])('%s is an invalid argument', async (_, parameters, message) => {
    await using outbound = createOutbound({
      allowPrivate: false,
      resolve: async () => [{ address: '10.0.0.1', family: 4 }],
    })
    const error = await call(outbound, parameters).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InvalidArgument)
    expect(String(error)).toContain(message)
  })

  test('no answer in time is a TimeoutError', async () => {
    await using server = await startSocketServer(() => {})
    await using outbound = createOutbound({ allowPrivate: true })
    await expect(call(outbound, { url: server.url, timeout_seconds: 0.05 })).rejects.toThrow(TimeoutError)
  })

  test('a body that is too large is a ValueTooLarge', async () => {
    await expect(exchange((response) => response.end('a'.repeat(11)), { max_bytes: 10 })).rejects.toThrow(ValueTooLarge)
    const { result } = await exchange((response) => response.end('a'.repeat(10)), { max_bytes: 10 })
    expect(result.body).toBe('a'.repeat(10))
  })

  test('the largest body by default still fits what a step may return', async () => {
    const { result } = await exchange((response) => {
      response.setHeader('x-long', 'h'.repeat(15_000)).end('a'.repeat(1_048_576 - 32_768))
    })
    expect(JSON.stringify(result).length).toBeLessThan(1_048_576)
    await expect(exchange((response) => response.end('a'.repeat(1_048_576 - 32_767)))).rejects.toThrow(ValueTooLarge)
  })

  test('a broken connection is a ConnectionReset that names nothing of the system', async () => {
    await using server = await startSocketServer((socket) => socket.resetAndDestroy())
    await using outbound = createOutbound({ allowPrivate: true })
    const error = await call(outbound, { url: server.url }).catch((reason: unknown) => reason)
    expect(String(error)).toBe('ConnectionReset: the connection was closed before the answer ended')
  })

  test('an abort ends it with its own reason', async () => {
    const cancel = new AbortController()
    const reason = new StepAborted('cancelled', 'the job was cancelled')
    await using server = await startSocketServer(() => cancel.abort(reason))
    await using outbound = createOutbound({ allowPrivate: true })
    await expect(call(outbound, { url: server.url }, cancel.signal)).rejects.toBe(reason)
  })

  test.each<JsonObject>([
    {},
    { url: 1 },
    { url: 'https://example.com/', method: 'get' },
    { url: 'https://example.com/', method: 'CONNECT' },
    { url: 'https://example.com/', headers: { a: 1 } },
    { url: 'https://example.com/', headers: { a: ['x'] } },
    { url: 'https://example.com/', query: { a: null } },
    { url: 'https://example.com/', timeout_seconds: 0 },
    { url: 'https://example.com/', timeout_seconds: 301 },
    { url: 'https://example.com/', max_bytes: 0 },
    { url: 'https://example.com/', max_bytes: 1_048_577 },
    { url: 'https://example.com/', max_bytes: 1.5 },
    { url: 'https://example.com/', parse: 'xml' },
    { url: 'https://example.com/', follow: true },
  ])('%j does not fit the schema', async (parameters) => {
    await using outbound = createOutbound({ allowPrivate: false })
    await expect(call(outbound, parameters)).rejects.toThrow('INVALID_TYPE')
  })
})

describe('the catalogue', () => {
  const [block] = httpBlocks({ request: () => Promise.reject(new Error('not to be called')) })

  test('tells that it needs a tag and touches the outside', () => {
    expect(block).toMatchObject({ action: 'HTTP.REQUEST', tags: ['HTTP'], effects: true, mutates: false })
  })

  test('has an example that holds for a host that answers so', async () => {
    const [example] = block?.examples ?? []
    const requests: OutboundRequest[] = []
    const host: Pick<Outbound, 'request'> = {
      async request(request) {
        requests.push(request)
        const headers = { 'content-type': 'application/json' }
        return { status: 201, headers, body: Buffer.from('{"id":"o-1"}'), truncated: false }
      },
    }
    expect(await call(host, example?.parameters ?? {})).toEqual(example?.returns)
    expect(requests).toMatchObject([{ method: 'POST', body: Buffer.from('{"item":7}') }])
  })
})
