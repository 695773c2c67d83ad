import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { boundPipelines, MAX_WAITING } from '../../src/http/protocol/pipelines.ts'
import { startConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const asking = (paths: readonly string[]): string =>
  paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join('')

/** A server whose answers come when the test lets them, and the requests that it has begun. */
async function serve(stack: AsyncDisposableStack, isDraining = () => false) {
  const app = Fastify({ forceCloseConnections: true })
  stack.defer(() => app.close())
  boundPipelines(app, { isDraining })
  const begun: string[] = []
  const gate = Promise.withResolvers<void>()
  app.get('/:n', async ({ url }) => {
    begun.push(url)
    await gate.promise
    return url
  })
  const { port } = new URL(await app.listen())
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return { socket, begun, letGo: gate.resolve }
}

function textOf(socket: Socket): () => string {
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  return () => text
}

const urls = (count: number): string[] => Array.from({ length: count }, (_, n) => `/${n}`)

test('of one connection eight requests are in hand at once, and all are answered in order', async () => {
  await using stack = new AsyncDisposableStack()
  const { socket, begun, letGo } = await serve(stack)
  const text = textOf(socket)
  socket.write(asking(urls(100)))
  await expect.poll(() => begun.length, { timeout: PATIENCE_MS }).toBeGreaterThan(0)
  // What came in one packet is read in one turn, so all have been looked at.
  expect(begun).toEqual(urls(8))
  letGo()
  await expect.poll(() => text().match(/^\/\d+/gm), { timeout: PATIENCE_MS }).toEqual(urls(100))
})

test('who sends more ahead than can wait is cut off', async () => {
  await using stack = new AsyncDisposableStack()
  const { socket, begun } = await serve(stack)
  socket.resume()
  socket.write(asking(urls(8 + MAX_WAITING + 1)))
  await once(socket, 'close')
  expect(begun).toEqual(urls(8))
})

test('what waits when a drain begins is not begun: its connection ends after what is in hand', async () => {
  await using stack = new AsyncDisposableStack()
  let draining = false
  const { socket, begun, letGo } = await serve(stack, () => draining)
  const text = textOf(socket)
  socket.write(asking(urls(20)))
  await expect.poll(() => begun.length, { timeout: PATIENCE_MS }).toBe(8)
  draining = true
  letGo()
  await once(socket, 'close')
  expect([begun.length, text().match(/^\/\d+/gm)?.[0]]).toEqual([8, '/0'])
})

test('a service answers whatever is sent ahead of its answers, whole', async () => {
  await using service = await startConduit({ settings: { PORT: '0' } })
  const { port } = new URL(await service.conduit.listen())
  await service.run({ id: 'known', steps: [{ action: 'LOGIC.TRUE' }] })
  const socket = connect(Number(port), '127.0.0.1')
  const text = textOf(socket)
  const paths = Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? '/nothing' : '/v1/jobs/known'))
  socket.write(asking(paths))
  await expect.poll(() => text().match(/HTTP\/1.1 \d+/g)?.length, { timeout: PATIENCE_MS }).toBe(60)
  const statuses = text().match(/HTTP\/1.1 \d+/g)
  expect(statuses).toEqual(paths.map((path) => `HTTP/1.1 ${path === '/nothing' ? 404 : 200}`))
  // Streams are answered by hand: they give their place back as well.
  const stream = 'GET /v1/jobs/known/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n'
  socket.write(stream.repeat(20))
  await expect.poll(() => text().match(/event: job.finished/g)?.length, { timeout: PATIENCE_MS }).toBe(20)
  socket.destroy()
})
