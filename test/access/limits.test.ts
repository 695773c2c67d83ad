import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { defineBlock, Type } from '../../src/engine/block.ts'
import { setLimits } from '../../src/store/access/limits.ts'
import { type Limits, NO_LIMITS } from '../../src/wire/limits.ts'
import { type Keyed, startKeyed } from './keyring.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const bound = (service: Keyed, tenant: string, limits: Partial<Limits>) =>
  setLimits(service.database, tenant, { ...NO_LIMITS, ...limits }, 'command')

/** A block that notes how many of it run at once. */
function gauge() {
  const seen = { now: 0, most: 0, ran: 0 }
  const block = defineBlock({
    action: 'TEST.GAUGE',
    description: 'Notes how many of it run at once.',
    parameters: Type.Object({}),
    returns: Type.Null(),
    run: async () => {
      seen.most = Math.max(seen.most, ++seen.now)
      await sleep(20)
      seen.now--
      seen.ran++
      return null
    },
  })
  return { seen, block }
}

const gauged = { steps: [{ action: 'TEST.GAUGE' }] }

describe('/v1/tenants/{tenant}/limits', () => {
  test('sets all limits at once, shows them, and tells the audit log', async () => {
    await using service = await startKeyed()
    const operator = await service.key()
    const given = { requests_per_second: 100, jobs_running: 5, stored_bytes: 9007199254740991 }
    const { status, body } = await operator('PUT', '/v1/tenants/acme/limits', given)
    expect([status, body]).toEqual([200, { tenant: 'acme', ...NO_LIMITS, ...given }])
    expect((await operator('GET', '/v1/tenants/acme/limits')).body).toMatchObject(body)
    expect((await operator('PUT', '/v1/tenants/acme/limits', {})).body).toEqual({ tenant: 'acme', ...NO_LIMITS })
    const log = (await operator('GET', '/v1/audit?tenant=acme&action=limits.changed')).body.data
    expect(log.map(({ details }: { details: Limits }) => details.jobs_running)).toEqual([null, 5])
  })

  test.each([
    [{ jobs_running: -1 }, '/jobs_running'],
    [{ jobs_queued: 0 }, '/jobs_queued'],
    [{ requests_per_second: 1.5 }, '/requests_per_second'],
    [{ unknown: 1 }, '/unknown'],
  ])('refuses %j with 422 and points at %s', async (given, pointer) => {
    await using service = await startKeyed()
    const operator = await service.key()
    const { status, body } = await operator('PUT', '/v1/tenants/acme/limits', given)
    expect([status, body.type, body.errors[0].pointer]).toEqual([422, '/problems/invalid-limits', pointer])
  })

  test("is the operator's: an admin of a tenant sees its own limits and sets none", async () => {
    await using service = await startKeyed()
    const acme = await service.key({ tenant: 'acme', scopes: ['admin'] })
    expect((await acme('GET', '/v1/tenants/acme/limits')).status).toBe(200)
    expect((await acme('GET', '/v1/tenants/other/limits')).status).toBe(404)
    expect((await acme('PUT', '/v1/tenants/acme/limits', {})).status).toBe(403)
  })
})

test('beyond its queued jobs a tenant gets 429, also at once from twenty requests; others are let in', async () => {
  await using service = await startKeyed({ settings: { CONCURRENCY: '0' } })
  await bound(service, 'acme', { jobs_queued: 3 })
  const acme = await service.key({ tenant: 'acme' })
  const replies = await Promise.all(Array.from({ length: 20 }, () => acme('POST', '/v1/jobs', gauged)))
  expect(replies.filter(({ status }) => status === 202)).toHaveLength(3)
  const refused = replies.find(({ status }) => status === 429)
  expect([refused?.body.type, Number(refused?.headers['retry-after'])]).toEqual(['/problems/too-many-requests', 5])
  expect((await (await service.key({ tenant: 'other' }))('POST', '/v1/jobs', gauged)).status).toBe(202)
})

test('never more of its jobs run than a tenant may, on all replicas together, and all of them run', async () => {
  const { seen, block } = gauge()
  await using service = await startKeyed({ blocks: [block] }, 2)
  await bound(service, 'acme', { jobs_running: 2 })
  const askers = [await service.key({ tenant: 'acme' }, 0), await service.key({ tenant: 'acme' }, 1)]
  const posts = Array.from({ length: 30 }, (_, i) => askers[i % 2]?.('POST', '/v1/jobs', gauged))
  for (const reply of await Promise.all(posts)) expect(reply?.status).toBe(202)
  await vi.waitFor(() => expect(seen.ran).toBe(30), { timeout: PATIENCE_MS, interval: 50 })
  expect(seen.most).toBeLessThanOrEqual(2)
})

test('tenants that are paused hold nobody up, and go on when they may', async () => {
  const { seen, block } = gauge()
  await using service = await startKeyed({ blocks: [block], settings: { CONCURRENCY: '1' } })
  for (let i = 10; i < 30; i++) {
    await bound(service, `paused-${i}`, { jobs_running: 0 })
    const paused = await service.key({ tenant: `paused-${i}` })
    expect((await paused('POST', '/v1/jobs', { ...gauged, id: 'waits' })).body.state).toBe('queued')
  }
  const free = await service.key({ tenant: 'zeta' })
  const over = once(service.replicas[0]?.conduit.telemetry ?? fail(), 'jobFinished')
  await free('POST', '/v1/jobs', gauged)
  expect((await over)[0]).toMatchObject({ tenant: 'zeta' })
  expect(seen.ran).toBe(1)
  for (let i = 10; i < 30; i++) await bound(service, `paused-${i}`, {})
  await vi.waitFor(() => expect(seen.ran).toBe(21), { timeout: PATIENCE_MS, interval: 50 })
})

function fail(): never {
  throw new Error('there is no replica')
}
