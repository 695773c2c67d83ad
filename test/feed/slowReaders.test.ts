import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { Feed } from '../../src/feed/feed.ts'
import { OPERATOR } from '../../src/service/caller.ts'
import { EventStreams } from '../../src/http/stream/streams.ts'
import { Versions } from '../../src/definitions/versions.ts'
import { openDatabase } from '../../src/store/client.ts'
import { createSignals } from '../../src/signals.ts'
import { Telemetry } from '../../src/telemetry.ts'
import { testBlocks } from '../cases/testBlocks.ts'
import { startConduit } from '../support/conduit.ts'
import { openStream } from '../support/eventStream.ts'
import { PATIENCE_MS } from '../support/patience.ts'

/** More than the kernel keeps for a client that reads nothing, in values that can't be packed. */
const STEPS = 14
const noise = Array.from({ length: 1_000_000 }, () => Math.random().toString(36)[2]).join('')

/** Streams of a database's jobs that lose patience soon, at an address of their own. */
async function serveStreams(databaseUrl: string, stack: AsyncDisposableStack) {
  const database = openDatabase({ connectionString: databaseUrl })
  stack.defer(() => database.close())
  const telemetry = new Telemetry()
  const signals = createSignals()
  const feed = new Feed({ database, versions: new Versions(database), directUrl: databaseUrl, telemetry, signals })
  stack.defer(() => feed.close())
  const streams = new EventStreams({ feed, telemetry, signals, patienceMs: 300, heartbeatMs: 1200 })
  const app = Fastify({ forceCloseConnections: true })
  app.decorateRequest('caller')
  app.addHook('onRequest', (request, _reply, done) => {
    request.caller = OPERATOR
    done()
  })
  app.get<{ Querystring: { after?: string } }>('/', async (request, reply) => {
    streams.open(request, reply, 'loud', Number(request.query.after ?? 0), null)
    return reply
  })
  stack.defer(() => app.close())
  return { url: await app.listen(), telemetry, streams }
}

/** A client that asks for a stream and reads nothing of it. */
function openDeaf(url: string): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.pause()
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n')
  return socket
}

async function bytesUntilClosed(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  socket.resume()
  await once(socket, 'close')
  return text
}

test('a client that reads nothing is dropped, costs a page or two, and goes on where it was', async () => {
  await using stack = new AsyncDisposableStack()
  const service = stack.use(await startConduit({ blocks: testBlocks }))
  const { url, telemetry } = await serveStreams(service.databaseUrl, stack)
  const echo = { action: 'TEST.ECHO_ASYNC', parameters: { value: '{# noise #}' } }
  await service.request(
    'POST',
    '/v1/jobs',
    {
      id: 'loud',
      variables: { noise },
      steps: Array.from({ length: STEPS }, () => echo),
    },
    { prefer: 'wait=60' },
  )
  const dropped = once(telemetry, 'streamClosed')
  const deaf = openDeaf(url)
  stack.defer(() => void deaf.destroy())
  expect(await dropped).toMatchObject([{ id: 'loud', reason: 'too-slow' }])
  const got = await bytesUntilClosed(deaf)
  const seen = [...got.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
  const whole = seen.length - 1 // the last one may be cut off
  expect(whole).toBeLessThan(STEPS)
  await using resumed = await openStream(`${url}/?after=${whole}`)
  const rest = (await resumed.rest()).map(({ id }) => Number(id))
  expect([...seen.slice(0, whole), ...rest]).toEqual(Array.from({ length: STEPS + 1 }, (_, i) => i + 1))
})

test('a silent stream gets comments, and a client that reads nothing holds no drain up', async () => {
  await using stack = new AsyncDisposableStack()
  const service = stack.use(await startConduit({ settings: { CONCURRENCY: '0' } }))
  const { url, telemetry, streams } = await serveStreams(service.databaseUrl, stack)
  await service.client.jobs.submit({ id: 'loud', steps: [] })
  await using stream = await openStream(url)
  const opened = once(telemetry, 'streamOpened')
  const deaf = openDeaf(url)
  stack.defer(() => void deaf.destroy())
  await opened
  await expect.poll(() => stream.text() || void stream.next(), { timeout: PATIENCE_MS }).toContain(':\n\n')
  await streams.drain()
  expect(stream.text()).toMatch(/^retry: 2000\n\n(:\n\n)+$/)
})
