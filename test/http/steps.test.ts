import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineBlock, Type } from '../../src/engine/block.ts'
import type { JobWire, StepWire } from '../../src/wire/job.ts'
import { testBlocks } from '../cases/testBlocks.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'

let calls = 0
const endlessAtLast = defineBlock({
  action: 'TEST.ENDLESS_AT_LAST',
  description: 'Fails, and is called without an end when it is called again.',
  parameters: Type.Object({}),
  returns: Type.Null(),
  run: async (_, { signal }) => {
    calls += 1
    if (calls === 1) throw new Error('busy')
    return setTimeout(600_000, null, { signal })
  },
})

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks: [...testBlocks, endlessAtLast] })
})
afterAll(() => service[Symbol.asyncDispose]())

const echo = (id: string, value: unknown = id) => ({ id, action: 'TEST.ECHO_ASYNC', parameters: { value } })
const each = {
  id: 'all',
  title: 'All of them',
  action: 'FLOW.EACH',
  parameters: { items: [1, 2] },
  steps: [echo('a', '{% item %}'), { id: 'inner', steps: [echo('b')] }],
}

async function read(url: string): Promise<ReturnType<typeof JSON.parse>> {
  return (await service.request('GET', `/v1/jobs/${url}`)).body
}

async function listed(id: string, query = ''): Promise<StepWire[]> {
  const { data } = await read(`${id}/steps${query}`)
  return data
}

const paths = (steps: readonly StepWire[]) => steps.map(({ path }) => path)

test('a job shows its own steps, what is below each counted, and how many records there are', async () => {
  const job = await service.run({ description: 'Twice.', steps: [each, echo('z')] })
  expect([job.state, job.step_runs, job.description]).toEqual(['succeeded', 8, 'Twice.'])
  expect(job.steps?.map(({ path, title, depth, parent }) => [path, title, depth, parent])).toEqual([
    ['all', 'All of them', 0, null],
    ['z', null, 0, null],
  ])
  expect(job.steps?.map(({ children }) => children)).toEqual([{ total: 4, done: 4, failed: 0, waiting: 0 }, undefined])
  expect(await read(job.id)).toEqual(job)
})

test('what is below a step is listed round by round, all of a job in the order of the events', async () => {
  const { id } = await service.run({ steps: [each, echo('z')] })
  expect(paths(await listed(id, '?parent=all'))).toEqual(['all/0/a', 'all/0/inner', 'all/1/a', 'all/1/inner'])
  expect(paths(await listed(id, '?parent=all/0/inner'))).toEqual(['all/0/inner/b'])
  const all = ['all/0/a', 'all/0/inner/b', 'all/0/inner', 'all/1/a', 'all/1/inner/b', 'all/1/inner', 'all', 'z']
  expect(paths(await listed(id, '?parent=*'))).toEqual(all)
  const { data, next_cursor: cursor } = await read(`${id}/steps?parent=*&limit=5`)
  expect([...paths(data), ...paths(await listed(id, `?parent=*&cursor=${cursor}`))]).toEqual(all)
  expect((await service.request('GET', `/v1/jobs/${id}/steps?parent=nowhere`)).status).toBe(404)
})

test.each([
  ['an END in a round', [{ action: 'FLOW.END', if: '{= item == 2 =}' }], {}, 4],
  ['an output that can’t be made', [], { output: '{= 1 / (item - 2) =}' }, 2],
])('rounds that never began are not there after %s', async (_what, steps, more, total) => {
  const { id, steps: shown } = await service.run({
    steps: [{ ...each, steps: [echo('a'), ...steps], parameters: { items: [1, 2, 3] }, ...more }],
  })
  expect(shown?.[0]?.children?.total).toBe(total)
  expect(paths(await listed(id, '?parent=*')).filter((path) => path.startsWith('all/2'))).toEqual([])
  expect((await service.request('GET', `/v1/jobs/${id}/steps/all/2/a`)).status).toBe(404)
})

test('steps that a stop kept from beginning are not there once what they stand in is over', async () => {
  const slow = { id: 's', action: 'FLOW.SLEEP', parameters: { for: '1h' } }
  const branches = [{ steps: [slow, echo('never')] }, { steps: [echo('b')] }]
  const { id, steps: shown } = await service.run({
    steps: [{ id: 'p', action: 'FLOW.PARALLEL', parameters: { first: true }, branches }, echo('z')],
  })
  expect(paths(await listed(id, '?parent=*'))).toEqual(['p/2/b', 'p/1/s', 'p', 'z'])
  expect(paths(await listed(id, '?parent=p'))).toEqual(['p/1/s', 'p/2/b'])
  expect(shown?.[0]?.children).toEqual({ total: 2, done: 1, failed: 0, waiting: 0 })
  expect((await service.request('GET', `/v1/jobs/${id}/steps/p/1/never`)).status).toBe(404)
})

test('any step is read by its path, its slashes as they are or encoded', async () => {
  const { id } = await service.run({ steps: [each] })
  const one = await read(`${id}/steps/all/1/inner/b`)
  expect([one.path, one.parent, one.depth, one.position, one.return_value]).toEqual([
    'all/1/inner/b',
    'all/1/inner',
    2,
    1,
    'b',
  ])
  expect(await read(`${id}/steps/${encodeURIComponent('all/1/inner/b')}`)).toEqual(one)
  expect((await service.request('GET', `/v1/jobs/${id}/steps/all/2/a`)).status).toBe(404)
  expect((await read(`${id}/steps/all`)).children).toEqual({ total: 4, done: 4, failed: 0, waiting: 0 })
})

test('a caught failure, and attempts that failed, are told beside the value', async () => {
  const flaky = { id: 'flaky', action: 'TEST.FLAKY', parameters: { fails: 1 }, retry: { max_attempts: 2, delay: 0 } }
  const held = { id: 'held', action: 'TEST.FAIL', catch: { steps: [echo('c')], output: 'held' } }
  const { id, steps } = await service.run({ steps: [flaky, held] })
  expect(steps?.map(({ attempt, attempts }) => [attempt, attempts?.length])).toEqual([
    [2, 2],
    [1, undefined],
  ])
  expect(steps?.[1]).toMatchObject({
    status: { name: 'HANDLED' },
    return_value: 'held',
    error: { type: 'Error' },
    children: { total: 1, done: 1 },
  })
  expect(paths(await listed(id, '?parent=held'))).toEqual(['held/catch/c'])
})

test('a job that waits shows what for, on each open path, and the first of them is its current step', async () => {
  const branch = (id: string, steps: object[]) => ({ id, steps })
  const sleep = { id: 's', action: 'FLOW.SLEEP', parameters: { for: '1h' } }
  const broken = { id: 'r', action: 'TEST.FAIL', retry: { max_attempts: 3, delay: '1h', jitter: 0 } }
  const both = {
    id: 'p',
    action: 'FLOW.PARALLEL',
    branches: [branch('x', [echo('e'), sleep, echo('f')]), branch('y', [broken])],
  }
  const posted = await service.request('POST', '/v1/jobs', { steps: [both, echo('z')] })
  const { id } = posted.body
  await expect.poll(async () => (await read(id)).state, { timeout: PATIENCE_MS }).toBe('waiting')
  const job = await read(id)
  expect([job.current_step, job.steps[0].children]).toEqual(['p/x/s', { total: 4, done: 1, failed: 0, waiting: 2 }])
  expect(job.steps[0].started_at).not.toBeNull()
  const below = await listed(id, '?parent=p')
  expect(below.map(({ path, status, waiting }) => [path, status.name, waiting?.kind])).toEqual([
    ['p/x/e', 'DONE', undefined],
    ['p/x/s', 'NONE', 'sleep'],
    ['p/x/f', 'NONE', undefined],
    ['p/y/r', 'NONE', 'retry'],
  ])
  const retried = below[3]
  expect([retried?.attempt, retried?.attempts?.length, retried?.waiting?.until]).toEqual([1, 1, expect.any(String)])
  const all = paths(await listed(id, '?parent=*'))
  expect(all).toEqual(['p/x/e', 'p', 'p/x/s', 'p/x/f', 'p/y/r', 'z'])
  await service.client.jobs.cancel(id)
})

test('waits are told, and are no records of steps, however the job is read', async () => {
  const asks = { id: 's', action: 'FLOW.SIGNAL', parameters: { name: 'x' }, timeout: '20ms', catch: {} }
  const job = await service.run({ steps: [asks, echo('z')] })
  const { data } = await read(`${job.id}/events`)
  const end = data.at(-1)
  expect([job.step_runs, end.seq, end.data.job.step_runs]).toEqual([2, 4, 2])
  expect((await read(`${job.id}?steps=false`)).step_runs).toBe(2)
})

test.each([
  ['the first of a job', (called: object) => [called], 'a', (job: JobWire) => job.started_at],
  ['one after a pure one', (called: object) => [echo('z'), called], 'a', (job: JobWire) => job.steps?.[0]?.finished_at],
  [
    'one in a group',
    (called: object) => [{ id: 'g', steps: [called] }],
    'g/a',
    (job: JobWire) => job.steps?.[0]?.started_at,
  ],
])('a step that is being called shows that it runs, since when: %s', async (_, stepsWith, path, since) => {
  const called = { id: 'a', action: 'TEST.SLOW', parameters: { ms: 600_000 } }
  const { body } = await service.request('POST', '/v1/jobs', { steps: stepsWith(called) })
  await expect.poll(async () => (await read(body.id)).current_step, { timeout: PATIENCE_MS }).toBe(path)
  const job = await read(body.id)
  const step = await read(`${body.id}/steps/${encodeURIComponent(path)}`)
  expect(step).toMatchObject({ status: { name: 'NONE' }, attempt: 1, started_at: since(job), finished_at: null })
  expect(step.started_at).not.toBeNull()
  expect((await listed(body.id, '?parent=*')).find((one) => one.path === path)).toEqual(step)
  await service.request('POST', `/v1/jobs/${body.id}/cancel`)
})

test('a step that is tried again shows which attempt runs, and waits no longer', async () => {
  const retry = { max_attempts: 3, delay: '1s', jitter: 0 }
  const { body } = await service.request('POST', '/v1/jobs', {
    steps: [{ id: 'a', action: 'TEST.ENDLESS_AT_LAST', retry }],
  })
  await expect.poll(async () => (await read(body.id)).state, { timeout: PATIENCE_MS }).toBe('waiting')
  const waits = await read(`${body.id}/steps/a`)
  expect(waits).toMatchObject({ attempt: 1, attempts: [{ error: { message: 'busy' } }], waiting: { kind: 'retry' } })
  await expect.poll(() => calls, { timeout: PATIENCE_MS }).toBe(2)
  await expect.poll(async () => (await read(`${body.id}/steps/a`)).attempt, { timeout: PATIENCE_MS }).toBe(2)
  const runs = await read(`${body.id}/steps/a`)
  expect(runs).toMatchObject({
    attempts: [{ error: { message: 'busy' } }],
    started_at: waits.started_at,
    finished_at: null,
  })
  expect(runs.waiting ?? null).toBeNull()
  expect((await read(body.id)).steps).toEqual([runs])
  await service.request('POST', `/v1/jobs/${body.id}/cancel`)
})

test('a step that is being called in a later round began after the round before, and those after it did not', async () => {
  const called = { id: 'a', action: 'TEST.SLOW', parameters: { ms: '{% item %}' } }
  const each = { id: 'e', action: 'FLOW.EACH', parameters: { items: [0, 600_000] }, steps: [called, echo('z')] }
  const { body } = await service.request('POST', '/v1/jobs', { steps: [each] })
  await expect.poll(async () => (await read(body.id)).current_step, { timeout: PATIENCE_MS }).toBe('e/1/a')
  const rounds = await listed(body.id, '?parent=e')
  expect(rounds.map(({ path, attempt }) => [path, attempt])).toEqual([
    ['e/0/a', 1],
    ['e/0/z', 1],
    ['e/1/a', 1],
    ['e/1/z', 0],
  ])
  expect(rounds[2]?.started_at).toBe(rounds[1]?.finished_at)
  await service.request('POST', `/v1/jobs/${body.id}/cancel`)
})
