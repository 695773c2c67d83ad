import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { Telemetry } from '../../src/telemetry.ts'
import { defineBlock, Type } from '../../src/engine/block.ts'
import { startReceiver } from '../outbound/receiver.ts'
import { POLL_MS } from '../../src/executor/queue/claimer.ts'
import { startConduit } from '../support/conduit.ts'
import { createTestDatabase } from '../support/database.ts'
import { startFleet } from './fleet.ts'
import { startService, type ServiceProcess } from './process.ts'
import { startProxy } from './proxy.ts'
import { slowness } from '../support/patience.ts'
import { Chances, PATIENCE_MS } from './seed.ts'
import { effectsJob, send, submit, until } from './workload.ts'

const BLOCKS = new URL('./blocks.ts', import.meta.url).pathname

/** A service with five jobs whose steps take a second, over a line that can be broken. */
async function startBusy(stack: AsyncDisposableStack, shutdownSeconds: number) {
  const database = stack.use(await createTestDatabase())
  const proxy = stack.use(await startProxy(database.url))
  const settings = { DATABASE_URL: proxy.url, LEASE_SECONDS: '15', SHUTDOWN_SECONDS: String(shutdownSeconds) }
  const service = stack.use(await startService({ ...settings, BLOCKS, FAULT_LOG: '/dev/null' }))
  const ids = Array.from({ length: 5 }, (_, i) => `job-${i}`)
  await Promise.all(ids.map((id) => submit([service], effectsJob(id, 3, 1000), new Chances())))
  return { database, proxy, service }
}

async function secondsToEnd(service: ServiceProcess): Promise<number> {
  const began = performance.now()
  await service.end('SIGTERM')
  return (performance.now() - began) / 1000
}

test(
  'a drain over lines that are silent ends within what docs/operations.md says',
  async () => {
    await using stack = new AsyncDisposableStack()
    const { proxy, service } = await startBusy(stack, 2)
    proxy.silenceAll()
    expect(await secondsToEnd(service)).toBeLessThan((2 + 15) * slowness())
    expect(await service.exited).toBe(0)
  },
  PATIENCE_MS,
)

// The process ends itself with 1 where a drain takes longer than docs/operations.md says.
test.each(['no work', 'attempts to deliver'])(
  'a drain over lines that are silent ends with exit code 0, with %s in hand',
  async (hand) => {
    await using database = await createTestDatabase()
    await using proxy = await startProxy(database.url)
    const arrived = Promise.withResolvers<void>()
    await using receiver = await startReceiver((response) => {
      arrived.resolve()
      setTimeout(() => response.end(), 1000)
    })
    const settings = { DATABASE_URL: proxy.url, LEASE_SECONDS: '15', SHUTDOWN_SECONDS: '2' }
    await using service = await startService({ ...settings, WEBHOOK_ALLOW_PRIVATE: 'true' })
    if (hand !== 'no work') {
      await send(service.url, '/v1/webhooks', { url: receiver.url, events: ['job.finished'] })
      for (let n = 0; n < 5; n++) await send(service.url, '/v1/jobs', { steps: [] })
      await arrived.promise
    }
    proxy.silenceAll()
    expect(await service.end('SIGTERM')).toBe(0)
  },
  PATIENCE_MS,
)

test(
  'a drain does not wait for a client that never ends its request: exit code 0',
  async () => {
    await using database = await createTestDatabase()
    await using service = await startService({ DATABASE_URL: database.url, SHUTDOWN_SECONDS: '1' })
    const { hostname, port } = new URL(service.url)
    const client = connect(Number(port), hostname)
    await once(client, 'connect')
    const closed = once(client, 'close')
    client.write('POST /v1/jobs HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n')
    client.write('content-length: 100\r\nexpect: 100-continue\r\n\r\n')
    await once(client, 'data') // its headers were read
    client.write('{"steps":')
    expect(await service.end('SIGTERM')).toBe(0)
    await closed
  },
  PATIENCE_MS,
)

test(
  'a drain while the database is down waits for the steps, and then no longer than is of use',
  async () => {
    await using stack = new AsyncDisposableStack()
    const { proxy, service } = await startBusy(stack, 60)
    await proxy[Symbol.asyncDispose]()
    expect(await secondsToEnd(service)).toBeLessThan((1 + 15) * slowness())
  },
  PATIENCE_MS,
)

test(
  '/readyz says 503 within a lease when every line is silent',
  async () => {
    await using stack = new AsyncDisposableStack()
    const { proxy, service } = await startBusy(stack, 1)
    expect((await send(service.url, '/readyz')).status).toBe(200)
    proxy.silenceAll()
    const began = performance.now()
    expect((await send(service.url, '/readyz')).status).toBe(503)
    expect(performance.now() - began).toBeLessThan(15_000 * slowness())
  },
  PATIENCE_MS,
)

test('jobs that a drain gives back are told of: others claim them without waiting for their poll', async () => {
  await using database = await createTestDatabase()
  const wait = defineBlock({
    action: 'TEST.WAIT',
    description: 'Waits until it is aborted.',
    parameters: Type.Object({}),
    returns: Type.Null(),
    run: (_, { signal }) =>
      new Promise<null>((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
  })
  const settings = { DATABASE_URL: database.url, SHUTDOWN_SECONDS: '0.1' }
  const telemetry = new Telemetry()
  const begun = new Promise((resolve) => telemetry.once('stepBegins', resolve))
  const leaving = await startConduit({ settings, blocks: [wait], telemetry })
  await leaving.request('POST', '/v1/jobs', { id: 'handed-over', steps: [{ action: 'TEST.WAIT' }] })
  await begun
  const other = new Telemetry()
  const told = new Promise<void>((resolve) => other.once('queuedElsewhere', resolve))
  const claimed = new Promise<unknown>((resolve) => other.once('claimed', resolve))
  using _ = withoutPoll()
  await using _staying = await startConduit({ settings, blocks: [wait], telemetry: other })
  await sleep(1500) // both know of each other by then
  await leaving[Symbol.asyncDispose]()
  await Promise.all([told, claimed])
})

/** Replicas that begin meanwhile don't look for jobs of their own accord: they claim what they are told of. */
function withoutPoll(): Disposable {
  const every = globalThis.setInterval
  const nothing = (): void => undefined
  return vi
    .spyOn(globalThis, 'setInterval')
    .mockImplementation((turn, ms) => every(ms === POLL_MS ? nothing : turn, ms))
}

test(
  'two replicas hand over within a moment, through processes of their own',
  async () => {
    await using database = await createTestDatabase()
    const settings = { DATABASE_URL: database.url, LEASE_SECONDS: '10', SHUTDOWN_SECONDS: '0.1' }
    await using fleet = await startFleet({ replicas: 2, settings })
    const ids = Array.from({ length: 10 }, (_, i) => `job-${i}`)
    await Promise.all(ids.map((id) => submit(fleet.replicas, effectsJob(id, 2, 2000), new Chances())))
    await (fleet.replicas[0] as ServiceProcess).end('SIGTERM')
    await until(database.url, 'select count(*) = 0 as holds from job where finished_at is null')
    await until(database.url, `select bool_and(state = 'succeeded') and max(takeovers) = 0 as holds from job`)
  },
  PATIENCE_MS,
)
