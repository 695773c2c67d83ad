import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeOldRequestKeys } from '../../src/store/access/requestKeys.ts'
import { openDatabase } from '../../src/store/client.ts'
import { removeOldKeys } from '../../src/store/jobs/expire.ts'
import { type Reply, startConduit, type TestConduit } from '../support/conduit.ts'
import { administer, rowsOf } from '../support/databaseServer.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit()
})
afterAll(() => service[Symbol.asyncDispose]())

/** Makes keys as old as they are to be. */
const age = (table: string, by: string): Promise<unknown> =>
  administer(service.databaseUrl, `update ${table} set created_at = clock_timestamp() - interval '${by}'`)

const clear = async (): Promise<void> => {
  const database = openDatabase({ connectionString: service.databaseUrl })
  await removeOldKeys(database, 10)
  await removeOldRequestKeys(database, 10)
  await database.close()
}

const KEYED = [
  ['a job', 'idempotency_key', '/v1/jobs', { steps: [] }],
  ['a webhook', 'request_key', '/v1/webhooks', { url: 'https://example.com/', events: ['job.finished'] }],
] as const

test.each(KEYED)(
  'the Idempotency-Key of %s holds for 24 hours, kept so long and no longer',
  async (_, table, url, body) => {
    const post = (): Promise<Reply> => service.request('POST', url, body, { 'idempotency-key': `of-${table}` })
    const first = await post()
    expect(first.status).toBeLessThan(300)
    await age(table, '23 hours 59 minutes')
    await clear()
    const second = await post()
    expect([second.body.id, second.headers['idempotency-replayed']]).toEqual([first.body.id, 'true'])
    await age(table, '24 hours')
    const third = await post()
    expect(third.headers['idempotency-replayed']).toBeUndefined()
    expect(third.body.id).not.toBe(first.body.id)
    const fourth = await post()
    expect([fourth.body.id, fourth.headers['idempotency-replayed']]).toEqual([third.body.id, 'true'])
    await age(table, '24 hours')
    await clear()
    expect(await rowsOf(service.databaseUrl, `select key from ${table}`)).toEqual([])
  },
)

test('the Idempotency-Key of a signal holds for 24 hours, and no longer', async () => {
  await service.client.jobs.submit({ id: 'listens', steps: [{ action: 'FLOW.SLEEP', parameters: { for: '1h' } }] })
  const send = async (): Promise<number> => {
    const headers = { 'idempotency-key': 'of-a-signal' }
    return (await service.request('POST', '/v1/jobs/listens/signals/go', { n: 1 }, headers)).body.pending
  }
  expect(await send()).toBe(1)
  await age('idempotency_key', '23 hours 59 minutes')
  expect(await send()).toBe(1)
  await age('idempotency_key', '24 hours')
  expect(await send()).toBe(2)
})
