import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../../src/engine/block.ts'
import { Declined } from '../../../src/executor/queue/declined.ts'
import { ask, until } from '../../faults/workload.ts'
import { startConduit } from '../../support/conduit.ts'
import { createTestDatabase } from '../../support/database.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

test('a replica leaves so many jobs alone and no more: a claim compares each job with all of them', () => {
  const declined = new Declined()
  const nonces = Array.from({ length: 200 }, (_, i) => `nonce-${i}`)
  expect(nonces.every((nonce) => declined.add(nonce))).toBe(true)
  expect(declined.add('one-more')).toBe(false)
  expect(declined.nonces().toSorted()).toEqual(nonces.toSorted())
})

test('jobs beyond that are looked at again within some seconds', {
  timeout: 3 * PATIENCE_MS,
}, async () => {
  await using database = await createTestDatabase()
  const block = defineBlock({
    action: 'TEST.ELSEWHERE',
    description: 'Is registered on another replica alone.',
    parameters: Type.Object({}),
    returns: Type.Null(),
    run: () => null,
  })
  const settings = { DATABASE_URL: database.url }
  await using accepts = await startConduit({ settings: { ...settings, CONCURRENCY: '0' }, blocks: [block] })
  const jobs = Array.from({ length: 203 }, () => ({ steps: [{ action: 'TEST.ELSEWHERE' }] }))
  expect((await accepts.request('POST', '/v1/batches', { jobs })).status).toBe(200)
  await using _lacks = await startConduit({ settings })
  await until(database.url, 'select count(*) > 0 as holds from job where wake_at is not null')
  const [row] = await ask<{ latest: number }>(
    database.url,
    `select extract(epoch from max(wake_at) - clock_timestamp())::float8 as latest
     from job where wake_at is not null`,
  )
  expect(row?.latest).toBeLessThanOrEqual(7.5)
})
