import { expect, test, vi } from 'vitest'
import type { DeliveryWire } from '../../src/wire/delivery.ts'
import { type Receiver, startReceiver } from '../outbound/receiver.ts'
import { createTestDatabase } from '../support/database.ts'
import { SECRET, verified } from '../webhooks/delivery.ts'
import { startService } from './process.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const JOBS = 60
const STEPS = 3
const MESSAGES = JOBS * (STEPS + 1)
const KILLS = 3

const LOCAL = { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_RETRY_SCHEDULE: '100ms,100ms,100ms,100ms,100ms' }

async function ask(url: string, method: string, path: string, body?: object): Promise<ReturnType<typeof JSON.parse>> {
  const json = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return (await fetch(url + path, { method, ...json })).json()
}

/** All deliveries of a webhook. */
async function deliveriesOf(url: string, webhook: string): Promise<DeliveryWire[]> {
  const all: DeliveryWire[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await ask(url, 'GET', `/v1/webhooks/${webhook}/deliveries?limit=200${cursor && `&cursor=${cursor}`}`)
    all.push(...page.data)
    cursor = page.next_cursor
  }
  return all
}

/** A receiver that takes its time, and tells when it has seen so many requests. */
async function startSlowReceiver(): Promise<Receiver & { seen(count: number): Promise<void> }> {
  const waiting: { count: number; resolve: () => void }[] = []
  const receiver: Receiver = await startReceiver(async (response) => {
    for (const { count, resolve } of waiting) if (receiver.visits.length >= count) resolve()
    setTimeout(() => response.writeHead(204).end(), 20)
  })
  const seen = (count: number): Promise<void> =>
    new Promise((resolve) => {
      if (receiver.visits.length >= count) resolve()
      else waiting.push({ count, resolve })
    })
  return Object.assign(receiver, { seen })
}

test('a message is sent at least once, whichever replica is killed with attempts in flight', async () => {
  await using database = await createTestDatabase()
  await using receiver = await startSlowReceiver()
  const settings = { ...LOCAL, DATABASE_URL: database.url }
  const steps = Array.from({ length: STEPS }, () => ({ action: 'LOGIC.TRUE' }))
  let service = await startService(settings)
  const { id } = await ask(service.url, 'POST', '/v1/webhooks', { url: receiver.url, secret: SECRET })
  for (let i = 0; i < JOBS; i++) await ask(service.url, 'POST', '/v1/jobs', { id: `job-${i}`, steps })
  for (let kill = 1; kill <= KILLS; kill++) {
    await receiver.seen(Math.floor((MESSAGES * kill) / (KILLS + 1)))
    await service.end('SIGKILL')
    service = await startService(settings)
  }
  await using last = service
  const deliveries = await vi.waitFor(
    async () => {
      const all = await deliveriesOf(last.url, id)
      expect(all.filter(({ state }) => state !== 'delivered')).toEqual([])
      return all
    },
    { timeout: PATIENCE_MS, interval: 200 },
  )
  const told = receiver.visits.map((visit) => verified(visit))
  const events = new Set(told.map(({ data }) => `${data.job.id} ${data.seq}`))
  const ids = new Set(receiver.visits.map(({ headers }) => headers['webhook-id']))
  const lost = MESSAGES - events.size
  process.stdout.write(
    `at least once: ${MESSAGES} messages, ${KILLS} kills, ${receiver.visits.length} requests, ${lost} lost, ` +
      `${receiver.visits.length - ids.size} sent twice\n`,
  )
  expect([deliveries.length, events.size, ids.size]).toEqual([MESSAGES, MESSAGES, MESSAGES])
}, 120_000)

test('a drain gives back what is in flight: exit code 0, nothing held against the receiver, sent at the next start', async () => {
  await using database = await createTestDatabase()
  let hang = true
  const arrived = Promise.withResolvers<void>()
  await using receiver = await startReceiver((response) => {
    arrived.resolve()
    if (!hang) response.end()
  })
  const settings = { ...LOCAL, DATABASE_URL: database.url, SHUTDOWN_SECONDS: '0.3', LEASE_SECONDS: '15' }
  await using first = await startService(settings)
  const { id } = await ask(first.url, 'POST', '/v1/webhooks', { url: receiver.url, events: ['job.finished'] })
  await ask(first.url, 'POST', '/v1/jobs', { steps: [] })
  await arrived.promise
  expect(await first.end('SIGTERM')).toBe(0)
  hang = false
  await using second = await startService(settings)
  const [delivery] = await vi.waitFor(
    async () => {
      const all = await deliveriesOf(second.url, id)
      expect(all.map(({ state }) => state)).toEqual(['delivered'])
      return all
    },
    { timeout: PATIENCE_MS, interval: 100 },
  )
  expect([delivery?.attempts.map(({ status_code }) => status_code), receiver.visits.length]).toEqual([[200], 2])
}, 60_000)
