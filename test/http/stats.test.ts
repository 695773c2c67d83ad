import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { administer } from '../support/databaseServer.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const FAIL = { action: 'FLOW.FAIL', parameters: { type: 'NoStock', message: 'no' } }

describe('the numbers', () => {
  let service: TestConduit
  beforeAll(async () => {
    service = await startConduit()
    await service.client.definitions.put('greet', { steps: [{ action: 'LOGIC.TRUE' }] })
    for (const job of [{ definition: 'greet' }, { steps: [FAIL] }, { steps: [FAIL] }]) await service.run(job)
    // What was stopped did not fail.
    const { id } = await service.client.jobs.submit({ steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }] })
    await service.client.jobs.cancel(id)
    await service.client.jobs.wait(id)
    await service.client.jobs.submit({ steps: [{ action: 'FLOW.SLEEP', parameters: { for: '1h' } }] })
    await vi.waitFor(async () => expect((await read()).waiting).toEqual({ sleep: 1 }), PATIENCE_MS)
  })
  afterAll(() => service[Symbol.asyncDispose]())
  const read = async (query = '') => (await service.request('GET', `/v1/stats${query}`)).body

  test('tell how jobs went since a moment', async () => {
    const stats = await read('?since=2020-01-01')
    expect(stats).toMatchObject({
      since: '2020-01-01T00:00:00.000Z',
      states: { succeeded: 1, failed: 2, cancelled: 1, waiting: 1 },
      open: { waiting: 1 },
      definitions: [{ name: 'greet', total: 1, failed: 0 }],
      failures: [{ action: 'FLOW.FAIL', type: 'NoStock', count: 2 }],
      oldest_queued_at: null,
    })
    const sum = (name: 'finished' | 'failed') =>
      stats.minutes.reduce((total: number, minute: Record<string, number>) => total + Number(minute[name]), 0)
    expect([sum('finished'), sum('failed')]).toEqual([4, 2])
    expect(stats.replicas).toHaveLength(1)
  })

  test('tell how long the blocks of each action took', async () => {
    const { actions } = await read()
    expect(actions.map(({ action, count }: Record<string, unknown>) => [action, count])).toEqual(
      expect.arrayContaining([['LOGIC.TRUE', 1]]),
    )
    expect(actions[0].p50_ms).toBeLessThanOrEqual(actions[0].p95_ms)
  })

  test('are none since a moment that is to come', async () => {
    expect(await read('?since=2999-01-01')).toMatchObject({ states: {}, failures: [], minutes: [], actions: [] })
  })

  test('tell what is not over, however long ago it was accepted', async () => {
    expect(await read('?since=2999-01-01')).toMatchObject({ states: {}, open: { waiting: 1 } })
  })

  test.each(['since=now', 'until=2020-01-01'])('refuse ?%s', async (query) => {
    expect((await service.request('GET', `/v1/stats?${query}`)).body.type).toBe('/problems/malformed-request')
  })
})

test('of very many jobs the newest 20,000 are counted, and since says so', async () => {
  await using large = await startConduit()
  await administer(large.databaseUrl, MANY_JOBS)
  const { body } = await large.request('GET', '/v1/stats?since=2026-01-01')
  expect(body.states).toEqual({ succeeded: 20_000 })
  expect(body.since).toBe('2026-06-01T00:00:05.001Z')
})

const MANY_JOBS = `
insert into job (id, tenant, created_at, started_at, finished_at, state, journal_rows, entries, nonce, definition)
select 'job-' || n, 'default', timestamptz '2026-06-01T00:00:00Z' + n * interval '1 ms', now(), now(), 'succeeded', 0, '[]',
       gen_random_uuid(), '{"steps":[]}'
from generate_series(1, 25000) n`
