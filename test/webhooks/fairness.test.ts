import { expect, test } from 'vitest'
import { startReceiver } from '../outbound/receiver.ts'
import { startConduit } from '../support/conduit.ts'
import { addWebhook, attempts, LOCAL, sql } from './delivery.ts'

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

test('a tenant whose thirty webhooks fill the room of a host keeps no other tenant of that host waiting', async () => {
  await using slow = await startReceiver((response) => void setTimeout(() => response.end(), 20))
  await using service = await startConduit({ settings: LOCAL })
  const admin = (await service.request('POST', '/v1/keys', { name: 'first', scopes: ['admin'] })).body.secret
  const keyOf = async (tenant: string) => {
    const asked = { name: tenant, scopes: ['webhooks', 'jobs:write', 'jobs:read'], tenant }
    const { body } = await service.request('POST', '/v1/keys', asked, { authorization: `Bearer ${admin}` })
    return { authorization: `Bearer ${body.secret}`, prefer: 'wait=60' }
  }
  const [many, one] = [await keyOf('many'), await keyOf('one')]
  const webhook = { url: `${slow.url}/one`, events: ['job.finished'] }
  const { body: modest } = await service.request('POST', '/v1/webhooks', webhook, one)
  // Attempts of all tenants until that of the modest one.
  const untilIts = (): Promise<number> =>
    new Promise((resolve) => {
      let others = 0
      const note = ({ endpoint }: { endpoint: string }): void => {
        if (endpoint !== modest.id) return void others++
        service.conduit.telemetry.off('deliveryAttempted', note)
        resolve(others)
      }
      service.conduit.telemetry.on('deliveryAttempted', note)
    })
  for (let i = 0; i < 4; i++) {
    // From the first delivery on its endpoint is known, and so is its host.
    const its = untilIts()
    await service.request('POST', '/v1/jobs', { steps: [] }, one)
    await its
  }
  for (let i = 0; i < 30; i++) {
    await service.request('POST', '/v1/webhooks', { url: `${slow.url}/${i}`, events: ['step.updated'] }, many)
  }
  const steps = Array.from({ length: 150 }, () => ({ action: 'LOGIC.TRUE' }))
  await service.request('POST', '/v1/jobs', { steps }, many)
  while (new Set(slow.visits.map(({ url }) => url)).size < 31) await attempts(service.conduit.telemetry, 1)
  const others: number[] = []
  for (let i = 0; i < 5; i++) {
    const its = untilIts()
    await service.request('POST', '/v1/jobs', { steps: [] }, one)
    others.push(await its)
  }
  const [left] = await sql(service, `select count(*)::int as n from message where state = 'ready'`)
  expect(left?.['n']).toBeGreaterThan(500)
  // What is in hand already goes first: four times what the host is sent at once.
  expect(Math.max(...others)).toBeLessThan(200)
})
