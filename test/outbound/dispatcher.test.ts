import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createOutbound } from '../../src/outbound/dispatcher.ts'
import type { Resolve } from '../../src/outbound/names/resolve.ts'
import { get } from './get.ts'
import { startReceiver, startSocketServer } from './receiver.ts'

const LOOPBACK = { address: '127.0.0.1', family: 4 }

function never<T>(): Promise<T> {
  return new Promise(() => {})
}

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('an exchange', () => {
  test('sends what it was given and nothing that nobody asked for', async () => {
    await using receiver = await startReceiver((response) => response.writeHead(201, { 'x-a': '1' }).end('made'))
    await using outbound = createOutbound({ allowPrivate: true })
    const answer = await outbound.request(
      get(`${receiver.url}/a b?q=ü#part`, { method: 'POST', headers: { 'x-mine': 'yes' }, body: 'häh' }),
    )
    expect(answer).toMatchObject({ status: 201, headers: { 'x-a': '1' }, truncated: false })
    expect(answer.body.toString()).toBe('made')
    expect(receiver.visits).toMatchObject([{ method: 'POST', url: '/a%20b?q=%C3%BC', body: 'häh' }])
    expect(Object.keys(receiver.visits[0]?.headers ?? {}).sort()).toEqual([
      'connection',
      'content-length',
      'host',
      'x-mine',
    ])
  })

  test('goes past the proxy that the environment names', async () => {
    await using proxy = await startReceiver()
    await using receiver = await startReceiver()
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']) vi.stubEnv(name, proxy.url)
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    await using outbound = createOutbound({ allowPrivate: true })
    await outbound.request(get(receiver.url))
    expect([receiver.connections(), proxy.connections()]).toEqual([1, 0])
  })

  test('skips interim answers', async () => {
    await using receiver = await startReceiver((response) => {
      response.writeProcessing()
      response.writeEarlyHints({ link: '</a>; rel=preload' })
      response.end('final')
    })
    await using outbound = createOutbound({ allowPrivate: true })
    const answer = await outbound.request(get(receiver.url))
    expect(answer.status).toBe(200)
    expect(answer.headers).not.toHaveProperty('link')
  })

  test('goes where the name led when it was asked, and asks once a connection', async () => {
    await using receiver = await startReceiver()
    const answers = [LOOPBACK, { address: '127.0.0.2', family: 4 }]
    const resolve = vi.fn<Resolve>(async () => answers.splice(0, 1))
    await using outbound = createOutbound({ allowPrivate: true, resolve })
    await outbound.request(get(`http://service.test:${receiver.port}/`))
    expect(resolve.mock.calls).toEqual([['service.test']])
    expect(receiver.visits[0]?.headers.host).toBe(`service.test:${receiver.port}`)
  })

  test('does not connect anew for each of many to the same origin', async () => {
    await using receiver = await startReceiver()
    await using outbound = createOutbound({ allowPrivate: true })
    for (let i = 0; i < 10; i++) await outbound.request(get(receiver.url))
    expect(receiver.visits).toHaveLength(10)
    expect(receiver.connections()).toBeLessThan(10)
  })
})

describe('time', () => {
  test.each([
    ['says nothing', () => {}],
    ['sends half of the headers', (socket) => socket.write('HTTP/1.1 200 OK\r\nx-a: ')],
    ['stops in the middle of the body', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')],
  ] satisfies [string, Parameters<typeof startSocketServer>[0]][])('is up for a host that %s', async (_, onRequest) => {
    await using server = await startSocketServer(onRequest)
    await using outbound = createOutbound({ allowPrivate: true })
    await expect(outbound.request(get(server.url, { timeoutMs: 50 }))).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  test('is up for a body that drips without end', async () => {
    let drip: NodeJS.Timeout | undefined
    await using server = await startSocketServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      drip = setInterval(() => socket.write('a'), 5)
      socket.once('close', () => clearInterval(drip))
    })
    await using outbound = createOutbound({ allowPrivate: true })
    await expect(outbound.request(get(server.url, { timeoutMs: 60 }))).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  test('is up while the name is still being resolved', async () => {
    await using outbound = createOutbound({ allowPrivate: true, resolve: () => never() })
    await expect(outbound.request(get('http://slow.test/', { timeoutMs: 20 }))).rejects.toMatchObject({
      code: 'TIMEOUT',
    })
  })

  test('is up for a connection before it is up for the exchange', async () => {
    await using outbound = createOutbound({ allowPrivate: true, connectTimeoutMs: 10, resolve: () => never() })
    await expect(outbound.request(get('http://slow.test/'))).rejects.toMatchObject({ code: 'NAME_NOT_RESOLVED' })
  })

  test('leaves no timer and no listener behind', async () => {
    await using receiver = await startReceiver()
    await using outbound = createOutbound({ allowPrivate: true })
    const set = vi.spyOn(globalThis, 'setTimeout')
    const cleared = vi.spyOn(globalThis, 'clearTimeout')
    const { signal } = new AbortController()
    await outbound.request(get(receiver.url, { timeoutMs: 12_345, signal }))
    const index = set.mock.calls.findIndex(([, delay]) => delay === 12_345)
    expect(cleared).toHaveBeenCalledWith(set.mock.results[index]?.value)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('a signal', () => {
  test('that has aborted sends nothing', async () => {
    await using receiver = await startReceiver()
    await using outbound = createOutbound({ allowPrivate: true })
    const reason = new Error('cancelled')
    await expect(outbound.request(get(receiver.url, { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason)
    expect(receiver.connections()).toBe(0)
  })

  test('ends an exchange with its reason and hangs up', async () => {
    const cancel = new AbortController()
    const reason = new Error('cancelled')
    const hungUp = Promise.withResolvers<void>()
    await using server = await startSocketServer((socket) => {
      socket.once('close', () => hungUp.resolve())
      cancel.abort(reason)
    })
    await using outbound = createOutbound({ allowPrivate: true })
    await expect(outbound.request(get(server.url, { signal: cancel.signal }))).rejects.toBe(reason)
    await hungUp.promise
  })

  test('that aborts while the name is resolved keeps the request from being sent', async () => {
    await using receiver = await startReceiver()
    const resolving = Promise.withResolvers<void>()
    const resolved = Promise.withResolvers<(typeof LOOPBACK)[]>()
    const resolve: Resolve = () => {
      resolving.resolve()
      return resolved.promise
    }
    await using outbound = createOutbound({ allowPrivate: true, resolve })
    const cancel = new AbortController()
    const url = `http://late.test:${receiver.port}/`
    const answer = outbound.request(get(url, { signal: cancel.signal }))
    await resolving.promise
    cancel.abort(new Error('cancelled'))
    await expect(answer).rejects.toThrow('cancelled')
    resolved.resolve([LOOPBACK])
    await outbound.request(get(`${url}second`))
    expect(receiver.visits.map(({ url: path }) => path)).toEqual(['/second'])
  })

  test('that aborts after the end changes nothing', async () => {
    await using receiver = await startReceiver()
    await using outbound = createOutbound({ allowPrivate: true })
    const cancel = new AbortController()
    await outbound.request(get(receiver.url, { signal: cancel.signal }))
    cancel.abort()
    expect((await outbound.request(get(receiver.url))).status).toBe(200)
  })
})

describe('a body', () => {
  test.each([
    [1024, { truncated: false }],
    [1025, { code: 'RESPONSE_TOO_LARGE' }],
  ])('of %d bytes with room for 1024 gives %o', async (size, expected) => {
    await using receiver = await startReceiver((response) => response.end('a'.repeat(size)))
    await using outbound = createOutbound({ allowPrivate: true })
    const outcome = await outbound.request(get(receiver.url)).catch((error: unknown) => error)
    expect(outcome).toMatchObject(expected)
  })

  test('without end is cut where the caller wants that, and the connection is given up', async () => {
    const hungUp = Promise.withResolvers<void>()
    await using server = await startSocketServer((socket) => {
      socket.once('close', () => hungUp.resolve())
      const fill = (): void => {
        while (!socket.destroyed && socket.write('a'.repeat(1000)));
      }
      socket.on('drain', fill).write('HTTP/1.1 200 OK\r\n\r\n')
      fill()
    })
    await using outbound = createOutbound({ allowPrivate: true })
    const answer = await outbound.request(get(server.url, { incomplete: 'accept' }))
    expect(answer).toMatchObject({ status: 200, truncated: true })
    expect(answer.body.toString()).toBe('a'.repeat(1024))
    await hungUp.promise
  })
})

describe('a failure', () => {
  const broken: [string, string, Parameters<typeof startSocketServer>[0]][] = [
    ['closes at once', 'CONNECTION_CLOSED', (socket) => socket.end()],
    ['resets', 'CONNECTION_CLOSED', (socket) => socket.resetAndDestroy()],
    [
      'closes in the body',
      'CONNECTION_CLOSED',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'),
    ],
    ['speaks no HTTP', 'INVALID_RESPONSE', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    [
      'sends headers without end',
      'INVALID_RESPONSE',
      (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}`),
    ],
    [
      'switches protocols',
      'CONNECTION_CLOSED',
      (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    ],
  ]

  test.each(broken)('of a host that %s is %s', async (_, code, onRequest) => {
    await using server = await startSocketServer(onRequest)
    await using outbound = createOutbound({ allowPrivate: true })
    await expect(outbound.request(get(server.url))).rejects.toMatchObject({ name: 'RequestFailed', code })
  })

  test('to connect, to resolve and to trust are told apart', async () => {
    const resolve: Resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }))
    await using outbound = createOutbound({ allowPrivate: true, resolve })
    const receiver = await startReceiver()
    await expect(outbound.request(get(`https://127.0.0.1:${receiver.port}`))).rejects.toMatchObject({
      code: 'TLS_FAILED',
    })
    await expect(outbound.request(get('http://nowhere.test/'))).rejects.toMatchObject({ code: 'NAME_NOT_RESOLVED' })
    await receiver[Symbol.asyncDispose]()
    await expect(outbound.request(get(receiver.url))).rejects.toMatchObject({ code: 'CONNECTION_REFUSED' })
  })

  test('names nothing of the system', async () => {
    await using outbound = createOutbound({ allowPrivate: true })
    const receiver = await startReceiver()
    await receiver[Symbol.asyncDispose]()
    const error = await outbound.request(get(receiver.url)).catch((reason: unknown) => reason)
    expect(String(error)).toBe('RequestFailed: the host refused the connection')
  })
})

describe('closing', () => {
  test('ends what is under way, is fine twice, and lets nothing through afterwards', async () => {
    const asked = Promise.withResolvers<void>()
    await using server = await startSocketServer(() => asked.resolve())
    const outbound = createOutbound({ allowPrivate: true })
    const outcome = outbound.request(get(server.url)).catch((error: unknown) => error)
    await asked.promise
    await outbound.close()
    await outbound.close()
    expect(await outcome).toMatchObject({ code: 'CLOSED' })
    await expect(outbound.request(get(server.url))).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('does not wait for a name', async () => {
    const outbound = createOutbound({ allowPrivate: true, resolve: () => never() })
    const outcome = outbound.request(get('http://slow.test/')).catch((error: unknown) => error)
    await outbound.close()
    expect(await outcome).toMatchObject({ code: 'CLOSED' })
  })
})
