import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAX_UNSENT_BYTES, WINDOW_MS } from '../../src/access/unsentAnswers.ts'
import { readConfig } from '../../src/config/read.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
let port = 0

beforeAll(async () => {
  service = await startConduit({ settings: { PORT: '0' } })
  port = Number(new URL(await service.conduit.listen()).port)
  // What the service waits for is shortened, not changed: it is looked at every two seconds.
  const { server } = service.conduit.http
  server.headersTimeout = 200
  server.requestTimeout = 400
  server.keepAliveTimeout = 300
  server.timeout = 500
})
afterAll(() => service[Symbol.asyncDispose]())

/** Sends a beginning, then a piece again and again until the other side closes; gives all that came back. */
async function drip(beginning: string, piece: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const closed = once(socket, 'close')
  socket.on('error', () => undefined) // a write may meet a connection that was closed meanwhile
  let received = ''
  socket.on('data', (chunk) => (received += chunk.toString()))
  await once(socket, 'connect')
  socket.write(beginning)
  const dripping = setInterval(() => socket.writable && socket.write(piece), 20)
  await closed
  clearInterval(dripping)
  return received
}

const HOST = 'Host: localhost\r\n'
const POST = `POST /v1/jobs HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n`

test('the limits that SECURITY.md names are those of the running server', async () => {
  await using untouched = await startConduit()
  const { server } = untouched.conduit.http
  const page = await readFile(join(import.meta.dirname, '../../SECURITY.md'), 'utf8')
  const [, row = ''] = /\| Slow clients +\|([^|]+)\|/.exec(page) ?? []
  const [headers, request, idle, silent] = [...row.matchAll(/(\d+) s/g)].map(([, seconds]) => Number(seconds) * 1000)
  expect([server.headersTimeout, server.requestTimeout]).toEqual([headers, request])
  expect([server.keepAliveTimeout, server.timeout]).toEqual([idle, silent])
  expect(server).toMatchObject({ connectionsCheckingInterval: 2000 })
  const [, rate, window, unsent] = /at (\d+) KiB a second, over (\d+) s, (\d+) MiB unsent a tenant/.exec(row) ?? []
  expect(readConfig({}).MIN_READ_BYTES_PER_SECOND).toBe(Number(rate) * 1024)
  expect([WINDOW_MS, MAX_UNSENT_BYTES]).toEqual([Number(window) * 1000, Number(unsent) * 1024 * 1024])
})

describe('a client that takes its time', () => {
  test.each([
    ['a header that drips', `GET /livez HTTP/1.1\r\n${HOST}X-A: `, 'x'],
    ['headers that never end', `GET /livez HTTP/1.1\r\n${HOST}`, 'X-A: b\r\n'],
    ['a request line that drips', 'GET /', 'x'],
    ['a body that drips', `${POST}Content-Length: 100000\r\n\r\n{`, ' '],
    ['a chunked body that never ends', `${POST}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
    ['a chunk that drips', `${POST}Transfer-Encoding: chunked\r\n\r\nfff\r\n`, ' '],
  ])('%s: is told that it took too long, and cut off', async (_, beginning, piece) => {
    const answer = await drip(beginning, piece)
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(answer).toContain('content-type: application/problem+json')
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      type: '/problems/malformed-request',
      status: 408,
    })
  })

  test('a connection on which nothing is said is closed', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.resume()
    await once(socket, 'close')
  })

  test('a connection that was used and is idle is closed', async () => {
    const socket = connect(port, '127.0.0.1')
    const closed = once(socket, 'close')
    socket.write(`GET /livez HTTP/1.1\r\n${HOST}\r\n`)
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toContain('200 OK')
    socket.resume()
    await closed
  })

  test('a client that asks for megabytes and reads none of them is cut off', async () => {
    const text = 'x'.repeat(1_000_000)
    const step = { action: 'TEXT.CREATE', parameters: { value: '{# a #}' } }
    await service.run({ id: 'large', variables: { a: text }, steps: Array.from({ length: 12 }, () => step) })
    const accepted = once(service.conduit.http.server, 'connection')
    const socket = connect(port, '127.0.0.1')
    socket.pause()
    socket.write(`GET /v1/jobs/large HTTP/1.1\r\n${HOST}\r\n`)
    const [serverSide]: [Socket] = (await accepted) as [Socket]
    await once(serverSide, 'close')
    socket.destroy()
  })

  test('meanwhile everybody else is answered', async () => {
    const sockets = Array.from({ length: 200 }, () => connect(port, '127.0.0.1'))
    for (const socket of sockets) {
      socket.on('error', () => undefined)
      socket.write(`${POST}Content-Length: 100000\r\n\r\n{`)
    }
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
    const job = await service.run({ steps: [{ action: 'LOGIC.TRUE' }] })
    expect(job.state).toBe('succeeded')
    for (const socket of sockets) socket.destroy()
  })
})

describe('readers who don’t read', () => {
  test('hold so much of their tenant’s, and no more: further answers are 429, and all that are read are whole', async () => {
    await using service = await startConduit({ settings: { PORT: '0' } })
    const url = new URL(await service.conduit.listen())
    const step = { action: 'TEXT.CREATE', parameters: { value: '{# a #}' } }
    const steps = Array.from({ length: 14 }, () => step)
    const { state } = await service.run({ id: 'large', variables: { a: 'x'.repeat(1_000_000) }, steps })
    expect(state).toBe('succeeded')
    const sockets = Array.from({ length: 40 }, () => connect(Number(url.port), '127.0.0.1'))
    const firstLines = sockets.map(async (socket) => {
      socket.write(`GET /v1/jobs/large HTTP/1.1\r\n${HOST}\r\n`)
      const [first]: [Buffer] = (await once(socket, 'data')) as [Buffer]
      socket.pause()
      return first.toString('latin1', 9, 12)
    })
    const statuses = await Promise.all(firstLines)
    expect(new Set(statuses)).toEqual(new Set(['200', '429']))
    for (const socket of sockets) socket.destroy()
    for (let answered = false; !answered; ) {
      const answer = await fetch(new URL('/v1/jobs/large', url))
      const text = await answer.text()
      answered = answer.status === 200
      if (answered) expect(JSON.parse(text).steps).toHaveLength(14)
      else expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '5'])
    }
  })
})
