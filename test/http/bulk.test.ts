import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openDatabase } from '../../src/store/client.ts'
import { takeBulk } from '../../src/store/bulk/operations.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { administer } from '../support/databaseServer.ts'
import { PATIENCE_MS } from '../support/patience.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit()
})
afterAll(() => service[Symbol.asyncDispose]())

const post = (body: unknown, headers: Record<string, string> = {}) => service.request('POST', '/v1/bulk', body, headers)

/** Waits until an operation is over. */
async function over(id: string): Promise<Record<string, unknown>> {
  return vi.waitFor(async () => {
    const { body } = await service.request('GET', `/v1/bulk/${id}`)
    expect(body.finished_at).not.toBeNull()
    return body
  }, PATIENCE_MS)
}

async function states(tag: string): Promise<string[]> {
  const { data } = await service.client.jobs.list({ tag, limit: 200 }).page()
  return data.map(({ state }) => state)
}

async function make(tag: string, count: number, waiting: boolean): Promise<void> {
  const sleep = { action: 'FLOW.SLEEP', parameters: { for: '1h' } }
  const steps = [waiting ? sleep : { action: 'LOGIC.TRUE' }]
  for (let i = 0; i < count; i++) await service.client.jobs.submit({ tags: [tag], steps })
}

describe('one action on many jobs', () => {
  test('cancels those that are not over, and no others', async () => {
    await make('c', 120, true)
    await make('c', 3, false)
    const { status, body } = await post({ action: 'cancel', filter: { tag: 'c' } })
    expect([status, body]).toEqual([202, { ...body, matched: 120, done: 0, failed: 0, finished_at: null }])
    expect(await over(body.id)).toMatchObject({ matched: 120, done: 120, failed: 0 })
    await vi.waitFor(
      async () => expect((await states('c')).filter((state) => state === 'cancelled')).toHaveLength(120),
      PATIENCE_MS,
    )
    expect((await states('c')).filter((state) => state === 'succeeded')).toHaveLength(3)
  })

  test('deletes those that are over, no more than its limit', async () => {
    await make('d', 5, false)
    await make('d', 1, true)
    const { body } = await post({ action: 'delete', filter: { tag: 'd' }, limit: 4 })
    expect(await over(body.id)).toMatchObject({ matched: 4, done: 4, failed: 0 })
    expect((await states('d')).sort()).toEqual(['succeeded', 'waiting'])
  })

  test('runs those again that are over', async () => {
    await make('again', 3, false)
    const { body } = await post({ action: 'rerun', filter: { tag: 'again' } })
    expect(await over(body.id)).toMatchObject({ matched: 3, done: 3, failed: 0 })
    await vi.waitFor(async () => expect(await states('again')).toEqual(Array(6).fill('succeeded')), PATIENCE_MS)
  })

  test('leaves alone what came after it', async () => {
    await make('n', 1, false)
    const { body } = await post({ action: 'delete', filter: { tag: 'n', created_before: '2020-01-01' } })
    expect(await over(body.id)).toMatchObject({ matched: 0, done: 0 })
    expect(await states('n')).toHaveLength(1)
  })

  test('only counts in a dry run', async () => {
    await make('r', 3, false)
    const { status, body } = await post({ action: 'delete', filter: { tag: 'r' }, dry_run: true })
    expect([status, body]).toEqual([200, { id: null, matched: 3, done: 0, failed: 0, finished_at: null }])
    expect(await states('r')).toHaveLength(3)
    expect((await post({ action: 'cancel', filter: { tag: 'r' }, dry_run: true })).body.matched).toBe(0)
  })

  test('is begun once under one key', async () => {
    await make('k', 2, false)
    const body = { action: 'delete', filter: { tag: 'k' } }
    const first = await post(body, { 'idempotency-key': 'once' })
    const again = await post(body, { 'idempotency-key': 'once' })
    expect([again.status, again.body.id, again.headers['idempotency-replayed']]).toEqual([202, first.body.id, 'true'])
    const other = await post({ ...body, filter: { tag: 'l' } }, { 'idempotency-key': 'once' })
    expect(other.body.type).toBe('/problems/idempotency-conflict')
  })

  test('stands on the audit log once, and so do not its jobs', async () => {
    await make('a', 3, true)
    const { body } = await post({ action: 'cancel', filter: { tag: 'a' } })
    await over(body.id)
    const audit = await service.client.audit.list({ action: 'bulk.started' }).page()
    expect(audit.data.filter((entry: { subject: string }) => entry.subject === body.id)).toMatchObject([
      { actor: 'anonymous', details: { action: 'cancel', filter: { tag: 'a' }, matched: 3 } },
    ])
    expect((await service.client.audit.list({ action: 'job.cancelled' }).page()).data).toEqual([])
  })

  test.each([
    [{ action: 'delete', filter: {} }, '/filter'],
    [{ action: 'delete' }, '/filter'],
    [{ action: 'delete', filter: { status: 'failed' } }, '/filter/status'],
    [{ action: 'delete', filter: { state: 'done' } }, '/filter/state'],
    [{ action: 'delete', filter: { tag: '' } }, '/filter/tag'],
    [{ action: 'delete', filter: { definition: ',' } }, '/filter/definition'],
    [{ action: 'delete', filter: { created_by: ',,', tag: 'a' } }, '/filter/created_by'],
    [{ action: 'delete', filter: { constructor: 'a' } }, '/filter/constructor'],
    [{ action: 'delete', filter: { toString: 'a', tag: 'a' } }, '/filter/toString'],
    [{ action: 'delete', filter: { 'metadata.a b': 'a' } }, '/filter/metadata.a b'],
    [{ action: 'delete', filter: { [`metadata.${'k'.repeat(41)}`]: 'a' } }, `/filter/metadata.${'k'.repeat(41)}`],
    [{ action: 'delete', filter: { created_after: 'now' } }, '/filter/created_after'],
    [{ action: 'delete', filter: { 'metadata.KEY': 1 } }, '/filter/metadata.KEY'],
    [{ action: 'drop', filter: { tag: 'a' } }, '/action'],
    [{ action: 'delete', filter: { tag: 'a' }, limit: 0 }, '/limit'],
  ])('refuses %j', async (body, pointer) => {
    const reply = await post(body)
    expect([reply.status, reply.body.type]).toEqual([422, '/problems/invalid-bulk'])
    expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })

  test('is not found by another id', async () => {
    expect((await service.request('GET', '/v1/bulk/bulk_none')).status).toBe(404)
  })
})

test('goes on where a replica left it that is no more', async () => {
  await make('x', 2, false)
  await administer(
    service.databaseUrl,
    `insert into bulk (tenant, id, action, filter, most, matched, fence, taken_until)
     values ('default', 'bulk_left', 'delete', '{"tag":"x"}', 10, 2, gen_random_uuid(), now() - interval '1 second')`,
  )
  expect(await over('bulk_left')).toMatchObject({ matched: 2, done: 2 })
})

test('is worked on by one replica at a time, and operations take turns', async () => {
  await using empty = await startConduit()
  const database = openDatabase({ connectionString: empty.databaseUrl })
  await using _closing = { [Symbol.asyncDispose]: () => database.close() }
  const far = `now() + interval '1 hour'`
  await administer(
    empty.databaseUrl,
    `insert into bulk (tenant, id, action, filter, most, matched, taken_until) values
     ('a', 'bulk_1', 'delete', '{"tag":"x"}', 10, 0, ${far}), ('b', 'bulk_2', 'delete', '{"tag":"x"}', 10, 0, ${far})`,
  )
  expect(await takeBulk(database)).toBeNull()
})
