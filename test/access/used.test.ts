import { expect, test, vi } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { administer } from '../support/databaseServer.ts'
import { PATIENCE_MS } from '../support/patience.ts'

test('the limits of a tenant tell what is used of each, and their ETag does not change with it', async () => {
  await using service = await startConduit({ settings: { CONCURRENCY: '0' } })
  const read = () => service.request('GET', '/v1/tenants/default/limits')
  const before = await read()
  expect(before.body.used).toEqual({
    requests_per_second: null,
    jobs_running: 0,
    jobs_queued: 0,
    streams: 0,
    webhooks: 0,
    schedules: 0,
    secrets: 0,
    definitions: 0,
    definition_versions: 0,
    definition_tests: null,
    stored_bytes: null,
    messages_pending: 0,
  })
  await service.client.jobs.submit({ steps: [{ action: 'LOGIC.TRUE' }] })
  await service.client.schedules.put('daily', { every: '24h', job: { steps: [] } })
  await service.request('PUT', '/v1/tenants/default/limits', { stored_bytes: 1_000_000 })
  const after = await read()
  expect(after.body.used).toMatchObject({ jobs_queued: 1, schedules: 1 })
  expect(after.body.used.stored_bytes).toBeGreaterThan(0)
  await service.client.jobs.submit({ steps: [{ action: 'LOGIC.TRUE' }] })
  expect((await read()).headers['etag']).toBe(after.headers['etag'])
})

test('what failed of a webhook since a moment is delivered again, and nothing else', async () => {
  const settings = { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_RETRY_SCHEDULE: '1h' }
  await using service = await startConduit({ settings })
  const { body: webhook } = await service.request('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/' })
  await service.run({ steps: [{ action: 'LOGIC.TRUE' }] })
  await vi.waitFor(async () => {
    const { body } = await service.request('GET', `/v1/webhooks/${webhook.id}/deliveries`)
    expect(body.data.some(({ attempts }: { attempts: unknown[] }) => attempts.length > 0)).toBe(true)
  }, PATIENCE_MS)
  await administer(
    service.databaseUrl,
    `update message set state = 'failed', due_at = null, owner = null where state <> 'sending'`,
  )
  const again = (body: unknown) => service.request('POST', `/v1/webhooks/${webhook.id}/redeliver`, body)
  expect((await again({ since: '2999-01-01T00:00:00Z', state: 'failed' })).body).toEqual({ count: 0 })
  const { status, body } = await again({ since: '2020-01-01T00:00:00Z', state: 'failed' })
  expect([status, body.count > 0]).toEqual([202, true])
  for (const wrong of [
    {},
    { since: 'yesterday', state: 'failed' },
    { since: '2020-01-01T00:00:00Z', state: 'ready' },
  ]) {
    expect((await again(wrong)).body.type).toBe('/problems/invalid-webhook')
  }
})
