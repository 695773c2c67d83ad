import { expect, test } from 'vitest'
import { type Asker, startKeyed } from '../../access/keyring.ts'
import { startConduit } from '../../support/conduit.ts'

test('a burst fills the queue to MAX_QUEUED exactly; what is beyond is 503 with Retry-After, and leaves nothing', async () => {
  await using service = await startConduit({ settings: { CONCURRENCY: '0', MAX_QUEUED: '10' } })
  const replies = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      service.request('POST', '/v1/jobs', { id: `job-${i}`, steps: [] }, { 'idempotency-key': `key-${i}` }),
    ),
  )
  const refused = replies.filter(({ status }) => status === 503)
  expect([replies.filter(({ status }) => status === 202).length, refused.length]).toEqual([10, 30])
  expect(
    refused.every(({ headers, body }) => Number(headers['retry-after']) > 0 && body.type === '/problems/unavailable'),
  ).toBe(true)
  expect((await service.request('GET', '/v1/jobs?limit=200')).body.data).toHaveLength(10)
})

test('a repeat of an accepted job is answered also where no other is let in', async () => {
  await using service = await startConduit({ settings: { CONCURRENCY: '0', MAX_QUEUED: '1' } })
  const job = { steps: [] }
  const headers = { 'idempotency-key': 'first' }
  const first = await service.request('POST', '/v1/jobs', job, headers)
  expect(first.status).toBe(202)
  expect((await service.request('POST', '/v1/jobs', job, { 'idempotency-key': 'second' })).status).toBe(503)
  const repeat = await service.request('POST', '/v1/jobs', job, headers)
  expect([repeat.status, repeat.headers['idempotency-replayed'], repeat.body.id]).toEqual([202, 'true', first.body.id])
})

test('a tenant that fills the queue shuts itself out, and nobody who has less than a share', async () => {
  await using service = await startKeyed({ settings: { CONCURRENCY: '0', MAX_QUEUED: '10' } })
  const [greedy, modest] = [await service.key({ tenant: 'greedy' }), await service.key({ tenant: 'modest' })]
  const accepted = async (ask: Asker, count: number): Promise<number> => {
    const replies = Array.from({ length: count }, () => ask('POST', '/v1/jobs', { steps: [] }))
    return (await Promise.all(replies)).filter(({ status }) => status === 202).length
  }
  expect(await accepted(greedy, 14)).toBe(10)
  expect(await accepted(modest, 8)).toBe(5)
  expect(await accepted(greedy, 1)).toBe(0)
})
