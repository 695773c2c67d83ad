import { expect, test } from 'vitest'
import { startReceiver } from '../outbound/receiver.ts'
import { startConduit } from '../support/conduit.ts'
import { addWebhook, LOCAL, sql } from './delivery.ts'

const ENDPOINTS = 200
const JOBS = 5

test('200 endpoints of which half never answer: the others get everything while those still hang', async () => {
  let hung = 0
  await using dead = await startReceiver(() => {
    hung++
  })
  await using alive = await startReceiver()
  // No attempt on a dead endpoint ends before the test does.
  await using service = await startConduit({ settings: { ...LOCAL, WEBHOOK_TIMEOUT_SECONDS: '120' } })
  for (let i = 0; i < ENDPOINTS; i++) {
    const url = i % 2 === 0 ? `${dead.url}/${i}` : `${alive.url}/${i}`
    await addWebhook(service, url, { events: ['job.finished'] })
  }
  const { promise, resolve } = Promise.withResolvers<void>()
  let delivered = 0
  service.conduit.telemetry.on('deliveryAttempted', ({ outcome }) => {
    if (outcome === 'delivered' && ++delivered === (ENDPOINTS / 2) * JOBS) resolve()
  })
  for (let i = 0; i < JOBS; i++) await service.run({ steps: [] })
  await promise
  const perEndpoint = new Map<string, number>()
  for (const { url } of alive.visits) perEndpoint.set(url, (perEndpoint.get(url) ?? 0) + 1)
  process.stdout.write(
    `${ENDPOINTS} endpoints, ${ENDPOINTS / 2} dead: ${delivered} delivered, ${hung} attempts hang meanwhile\n`,
  )
  expect([perEndpoint.size, new Set(perEndpoint.values())]).toEqual([ENDPOINTS / 2, new Set([JOBS])])
  // A bound a dead endpoint: no more than two attempts at once.
  expect(hung).toBeLessThanOrEqual(ENDPOINTS)
  const [pending] = await sql(service, `select count(*)::int as n from message where state in ('ready', 'sending')`)
  expect(pending).toEqual({ n: (ENDPOINTS / 2) * JOBS })
})

test('an endpoint with a long queue does not keep a new one waiting', async () => {
  await using slow = await startReceiver((response) => void setTimeout(() => response.end(), 50))
  await using quick = await startReceiver()
  await using service = await startConduit({ settings: LOCAL })
  await addWebhook(service, slow.url, { events: ['step.updated'] })
  const steps = Array.from({ length: 500 }, () => ({ action: 'LOGIC.TRUE' }))
  for (let i = 0; i < 4; i++) await service.run({ steps })
  const { id } = await addWebhook(service, quick.url, { events: ['job.finished'] })
  const delivered = new Promise<void>((resolve) => {
    service.conduit.telemetry.on('deliveryAttempted', ({ endpoint }) => endpoint === id && resolve())
  })
  await service.run({ steps: [] })
  await delivered
  const [waiting] = await sql(service, `select count(*)::int as n from message where state = 'ready'`)
  expect(waiting?.['n']).toBeGreaterThan(0)
})
