import { expect, test } from 'vitest'
import type { EventWire } from '../../../src/wire/event.ts'
import type { StepWire } from '../../../src/wire/job.ts'
import { testBlocks } from '../../cases/testBlocks.ts'
import { createTestDatabase } from '../../support/database.ts'
import { startConduit, type TestConduit } from '../../support/conduit.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

const waitsFor = (...names: string[]) => ({
  steps: names.map((name, i) => ({ id: `s${i}`, action: 'FLOW.SIGNAL', parameters: { name } })),
  output: names.map((_, i) => `{: s${i} :}`),
})

async function waiting(service: TestConduit, id: string): Promise<void> {
  await expect.poll(async () => (await service.client.jobs.get(id)).state, { timeout: PATIENCE_MS }).toBe('waiting')
}

const send = (service: TestConduit, id: string, name: string, body: unknown) =>
  service.request('POST', `/v1/jobs/${id}/signals/${name}`, JSON.stringify(body))

const over = (service: TestConduit, id: string) => service.client.jobs.wait(id)

test('a job that waits takes a signal and goes on with its body', async () => {
  await using service = await startConduit()
  await service.client.jobs.submit({ id: 'a', ...waitsFor('paid') })
  await waiting(service, 'a')
  const sent = await send(service, 'a', 'paid', { amount: 5 })
  expect([sent.status, sent.body]).toEqual([202, { name: 'paid', pending: 1 }])
  expect(await over(service, 'a')).toMatchObject({ state: 'succeeded', output: [{ amount: 5 }] })
  const late = await send(service, 'a', 'paid', null)
  expect([late.status, late.body.type]).toEqual([409, '/problems/job-finished'])
})

test('signals may come before they are waited for, in any order of names; of one name the first is taken first', async () => {
  await using service = await startConduit()
  await service.client.jobs.submit({ id: 'a', ...waitsFor('go', 'x', 'y', 'x') })
  const bodies = [1, 'two', null].map((body, i) => send(service, 'a', i === 1 ? 'y' : 'x', body))
  expect((await Promise.all(bodies)).map(({ status }) => status)).toEqual([202, 202, 202])
  await waiting(service, 'a')
  await send(service, 'a', 'go', false)
  const { state, output } = await over(service, 'a')
  expect(state).toBe('succeeded')
  expect([
    [false, 1, 'two', null],
    [false, null, 'two', 1],
  ]).toContainEqual(output)
})

test('a job whose steps run meanwhile is held, and hears of a signal at once, also through another replica', async () => {
  await using database = await createTestDatabase()
  await using one = await startConduit({ settings: { DATABASE_URL: database.url }, blocks: testBlocks })
  await using two = await startConduit({ settings: { DATABASE_URL: database.url, CONCURRENCY: '0' } })
  const meanwhile = [{ action: 'TEST.SLOW', parameters: { ms: 1500 } }]
  const job = (id: string) => ({
    id,
    steps: [{ id: 'w', action: 'FLOW.SIGNAL', parameters: { name: 'paid' }, steps: meanwhile }],
    output: '{: w :}',
  })
  for (const [id, door] of [
    ['here', one],
    ['there', two],
  ] as const) {
    await one.client.jobs.submit(job(id))
    await expect.poll(async () => (await one.client.jobs.get(id)).state, { timeout: PATIENCE_MS }).toBe('running')
    expect((await send(door, id, 'paid', id)).status).toBe(202)
    expect(await over(one, id)).toMatchObject({ state: 'succeeded', output: id })
  }
})

test('what ran while a step waited stands when the signal comes, and is undone once something fails', async () => {
  await using service = await startConduit({ blocks: testBlocks })
  const undone = (id: string) => ({
    id,
    action: 'TEST.LOG',
    parameters: { line: id },
    undo: [{ id: 'u', action: 'TEST.LOG', parameters: { line: '{= failure.type =}' } }],
  })
  const meanwhile = [
    undone('a'),
    { id: 'q', steps: [undone('b'), { id: 's', action: 'FLOW.SLEEP', parameters: { for: '1h' } }] },
  ]
  const wait = { id: 'w', action: 'FLOW.SIGNAL', parameters: { name: 'go' }, steps: meanwhile }
  const ends = async (id: string, after: object[]) => {
    await service.client.jobs.submit({ id, steps: [wait, ...after] })
    await waiting(service, id)
    await send(service, id, 'go', 1)
    await over(service, id)
    const { data } = (await service.request('GET', `/v1/jobs/${id}/events`)).body
    return data.flatMap(({ type, data: { step } }: EventWire & { data: { step: StepWire } }) =>
      type === 'step.updated' ? [`${step.path} ${step.status.name}`] : [],
    )
  }
  const stands = ['w/wait/a DONE', 'w/wait/q/b DONE', 'w/wait/q/s STOPPED', 'w/wait/q STOPPED', 'w DONE']
  expect(await ends('well', [])).toEqual(stands)
  expect(await ends('failed', [{ id: 'f', action: 'FLOW.FAIL' }])).toEqual([
    ...stands,
    'f UNHANDLED_EXCEPTION',
    'w/wait/q/b/undo/u DONE',
    'w/wait/a/undo/u DONE',
  ])
})

test('at most 100 are kept for one job, and none for a job that is not there', async () => {
  await using service = await startConduit()
  await service.client.jobs.submit({ id: 'a', ...waitsFor('never') })
  await waiting(service, 'a')
  for (let i = 0; i < 100; i++) expect((await send(service, 'a', 'other', i)).status).toBe(202)
  const beyond = await send(service, 'a', 'other', 100)
  expect([beyond.status, beyond.body.type]).toEqual([429, '/problems/too-many-requests'])
  await send(service, 'a', 'never', 1)
  expect((await send(service, 'nobody', 'other', 1)).status).toBe(404)
})

test.each([
  ['1st', null, 422],
  ['-', null, 422],
  ['a'.repeat(65), null, 422],
  ['ok', 'x'.repeat(2000), 413],
])('a signal %.20s with %.10j is refused', async (name, body, status) => {
  await using service = await startConduit({ settings: { VALUE_LIMIT_BYTES: '1024' } })
  await service.client.jobs.submit({ id: 'a', ...waitsFor('x') })
  expect((await send(service, 'a', name, body)).status).toBe(status)
})

test('a key makes the repeat of a signal safe, also after the end of the job', async () => {
  await using service = await startConduit()
  await service.client.jobs.submit({ id: 'a', ...waitsFor('go', 'go') })
  await waiting(service, 'a')
  const keyed = (body: unknown, name = 'go') =>
    service.request('POST', `/v1/jobs/a/signals/${name}`, JSON.stringify(body), { 'idempotency-key': 'once' })
  const replies = await Promise.all(Array.from({ length: 5 }, () => keyed({ a: 1, b: 2 })))
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 202))
  expect(replies.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1)
  for (const other of [await keyed({ a: 2 }), await keyed({ a: 1, b: 2 }, 'stop')]) {
    expect([other.status, other.body.type]).toEqual([409, '/problems/idempotency-conflict'])
  }
  await send(service, 'a', 'go', 'second')
  expect((await over(service, 'a')).output).toEqual([{ a: 1, b: 2 }, 'second'])
  const late = await keyed({ b: 2, a: 1 })
  expect([late.status, late.headers['idempotency-replayed']]).toEqual([202, 'true'])
})
