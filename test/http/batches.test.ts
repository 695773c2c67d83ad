import { afterAll, beforeAll, expect, test } from 'vitest'
import { administer } from '../support/databaseServer.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ settings: { BODY_LIMIT_BYTES: '20000', BATCH_LIMIT_BYTES: '400000' } })
})
afterAll(() => service[Symbol.asyncDispose]())

type Result = { status: number; job?: { id: string; state: string }; problem?: { type: string; errors?: object[] } }

const hello = (rest: object = {}) => ({ steps: [{ action: 'TEXT.CREATE', parameters: { value: 'hello' } }], ...rest })
const submit = (batch: unknown, key?: string) =>
  service.request('POST', '/v1/batches', batch, key === undefined ? {} : { 'idempotency-key': key })
const countJobs = async () => (await service.client.jobs.list({ limit: 200 }).page()).data.length

test('each job of a batch is for itself: what is wrong with one is told in its place and costs the others nothing', async () => {
  await service.client.jobs.submit(hello({ id: 'taken' }))
  await service.client.definitions.put('named', hello())
  const long = hello({ metadata: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'x'.repeat(450)])) })
  const jobs = [
    hello({ id: 'first' }),
    { steps: 'none' },
    hello({ id: 'taken' }),
    { definition: 'named', id: 'by-name' },
    long,
    null,
    hello({ id: 'later', delay: '1h' }),
    hello({ steps: [{ action: 'LOGIC.TRUE', if: '{= nope =}' }] }),
  ]
  const { status, body } = await submit({ jobs })
  const results = body.results as Result[]
  expect([status, results.map((one) => one.status)]).toEqual([200, [202, 422, 409, 202, 413, 422, 202, 422]])
  expect(results[0]?.job).toEqual({ id: 'first', state: expect.any(String) })
  expect(results[1]?.problem).toMatchObject({ type: '/problems/invalid-definition', errors: [{ pointer: '/steps' }] })
  expect(results[2]?.problem?.type).toBe('/problems/job-exists')
  expect(results[6]?.job).toEqual({ id: 'later', state: 'scheduled' })
  expect(results[7]?.problem?.errors).toMatchObject([{ pointer: '/steps/0/if' }])
  for (const id of ['first', 'by-name']) expect((await service.client.jobs.wait(id)).state).toBe('succeeded')
})

test('1,000 jobs are accepted, and are there when it answers', async () => {
  const jobs = Array.from({ length: 1000 }, (_, i) => hello({ metadata: { batch: 'large', at: String(i) } }))
  const { body } = await submit({ jobs })
  const results = body.results as Result[]
  expect(results.map(({ status }) => status)).toEqual(jobs.map(() => 202))
  const last = results.at(-1)?.job?.id ?? ''
  expect((await service.client.jobs.wait(last)).metadata).toEqual({
    batch: 'large',
    at: '999',
  })
})

test.each([
  [{ jobs: [] }, '/jobs'],
  [{ jobs: Array.from({ length: 1001 }, () => ({})) }, '/jobs'],
  [{ jobs: {} }, '/jobs'],
  [{}, '/jobs'],
  [{ jobs: [{}], name: 'x' }, '/name'],
  [[], ''],
])('what is no batch is refused: %.40j', async (batch, pointer) => {
  const { status, body } = await submit(batch)
  expect([status, body.type, body.errors[0].pointer]).toEqual([422, '/problems/invalid-batch', pointer])
})

test('a batch that is larger than may be is refused as a whole', async () => {
  const jobs = Array.from({ length: 100 }, () => hello({ description: 'x'.repeat(1900), name: 'y'.repeat(199) }))
  expect((await submit({ jobs: [...jobs, ...jobs] })).status).toBe(413)
})

test('with a key a repeat gives the same results and makes nothing, and another batch is a conflict', async () => {
  const batch = { jobs: [hello(), { steps: 1 }, hello()] }
  const first = await submit(batch, 'one')
  const before = await countJobs()
  const again = await submit(batch, 'one')
  expect(again.body).toEqual(first.body)
  expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true'])
  expect(await countJobs()).toBe(before)
  const other = await submit({ jobs: [hello()] }, 'one')
  expect([other.status, other.body.type]).toEqual([409, '/problems/idempotency-conflict'])
  const twice = await Promise.all([submit(batch, 'raced'), submit(batch, 'raced')])
  const ids = twice.map(({ body }) => (body.results as Result[]).map(({ job }) => job?.id))
  expect(ids[0]).toEqual(ids[1])
})

test('a key whose answer was lost, or that got 503, makes only what is missing', async () => {
  const batch = { jobs: [hello(), hello(), hello()] }
  const first = (await submit(batch, 'lost')).body.results as Result[]
  const before = await countJobs()
  await administer(service.databaseUrl, `update request_key set answer = null where key = 'lost'`)
  const found = (await submit(batch, 'lost')).body.results as Result[]
  expect(found.map(({ job }) => job?.id)).toEqual(first.map(({ job }) => job?.id))
  expect(await countJobs()).toBe(before)
  const answer = JSON.stringify([first[0], { status: 503, problem: {} }, first[2]])
  await administer(service.databaseUrl, `update request_key set answer = '${answer}' where key = 'lost'`)
  const mended = (await submit(batch, 'lost')).body.results as Result[]
  expect(mended.map(({ job }) => job?.id)).toEqual(first.map(({ job }) => job?.id))
})
