import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineBlock, Type } from '../../src/engine/block.ts'
import { testBlocks } from '../cases/testBlocks.ts'
import { createTestDatabase } from '../support/database.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'

/** Says how far it is each few milliseconds, until its time is up. */
const working = defineBlock({
  action: 'TEST.WORKING',
  description: 'Works, and says how far it is.',
  parameters: Type.Object({ ms: Type.Integer() }),
  returns: Type.Null(),
  run: async ({ ms }, { progress, signal }) => {
    for (let done = 0; done < ms; done += 20) {
      signal.throwIfAborted()
      progress({ done, total: ms, message: `${done} of ${ms}` })
      await sleep(20)
    }
    return null
  },
})

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks: [...testBlocks, working] })
})
afterAll(() => service[Symbol.asyncDispose]())

type Frame = { readonly id: string | undefined; readonly type: string; readonly data: ReturnType<typeof JSON.parse> }

/** Watches a job to its end. */
async function watch(from: TestConduit, id: string, query = '?live=true'): Promise<Frame[]> {
  const reply = await from.request('GET', `/v1/jobs/${id}/events${query}`, undefined, { accept: 'text/event-stream' })
  return String(reply.body)
    .split('\n\n')
    .filter((frame) => frame.includes('data: '))
    .map((frame) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1]
      return { id: field('id'), type: field('event') ?? '', data: JSON.parse(field('data') ?? 'null') }
    })
}

const gate = { id: 'gate', action: 'FLOW.SIGNAL', parameters: { name: 'watched' } }

/** Posts a job whose steps begin once it is watched. */
async function post(to: TestConduit, steps: object[]): Promise<string> {
  return (await to.client.jobs.submit({ steps: [gate, ...steps] })).id
}

/** Watches a job from before its first step to its end. */
async function watchWhole(from: TestConduit, id: string, query?: string): Promise<Frame[]> {
  const opened = once(from.conduit.telemetry, 'streamOpened')
  const frames = watch(from, id, query)
  await opened
  await from.client.jobs.signal(id, 'watched')
  return frames
}

test('who watches live is told of what begins and is tried again, without id and seq, beside the events', async () => {
  const flaky = { id: 'f', action: 'TEST.FLAKY', parameters: { fails: 1 }, retry: { max_attempts: 2, delay: 0 } }
  const id = await post(service, [{ id: 'group', steps: [flaky] }])
  const frames = await watchWhole(service, id)
  const told = frames.map(({ type, data }) => `${type} ${data.data.step?.path ?? ''}`)
  expect(told.filter((one) => !/started|retrying|waiting/.test(one))).toEqual([
    'step.updated gate',
    'step.updated group/f',
    'step.updated group',
    'job.finished ',
  ])
  const live = frames.filter(({ type }) => /started|retrying/.test(type))
  expect(live.map(({ type, data }) => `${type} ${data.data.step.path}`)).toEqual([
    'step.started group',
    'step.started group/f',
    'step.retrying group/f',
    'step.started group/f',
  ])
  for (const frame of live) expect([frame.id, 'seq' in frame.data]).toEqual([undefined, false])
  expect(live[2]?.data.data.step).toMatchObject({ attempt: 1, attempts: [{ error: { type: 'Error' } }] })
  expect((await watch(service, id)).map(({ type }) => type)).not.toContain('step.started')
})

test('who does not ask for it is told of events alone', async () => {
  const id = await post(service, [{ id: 'a', action: 'TEST.SLOW', parameters: { ms: 5 } }])
  const types = (await watchWhole(service, id, '')).map(({ type }) => type)
  // The gate may be open before it is waited at.
  expect(types.filter((type) => type !== 'step.waiting')).toEqual(['step.updated', 'step.updated', 'job.finished'])
})

test('progress is told at most twice a second, and stands in the step while it runs', async () => {
  const id = await post(service, [{ id: 'w', action: 'TEST.WORKING', parameters: { ms: 1600 } }])
  const watched = watchWhole(service, id)
  const shown = async () => (await service.client.jobs.get(id)).steps?.[1]?.progress
  await expect.poll(shown, { timeout: PATIENCE_MS }).toMatchObject({ total: 1600, message: expect.any(String) })
  expect((await service.client.jobs.step(id, 'w')).progress?.total).toBe(1600)
  const frames = await watched
  const ofWork = frames.flatMap(({ type, data }) => (data.data.step?.path === 'w' ? [type] : []))
  expect(ofWork.slice(0, 2)).toEqual(['step.started', 'step.progress'])
  const progress = frames.filter(({ type }) => type === 'step.progress')
  expect(progress.length).toBeGreaterThan(1)
  const moments = progress.map(({ data }) => Date.parse(data.timestamp))
  for (const [i, moment] of moments.slice(1).entries()) expect(moment - (moments[i] ?? 0)).toBeGreaterThan(450)
  expect(progress[0]?.data.data.step.progress).toEqual({ done: 0, total: 1600, message: '0 of 1600' })
  expect(await shown()).toBeUndefined()
})

test('what happens on another replica is told, too', async () => {
  await using database = await createTestDatabase()
  const settings = { DATABASE_URL: database.url }
  await using one = await startConduit({ settings, blocks: testBlocks })
  await using two = await startConduit({ settings: { ...settings, CONCURRENCY: '0' }, blocks: testBlocks })
  const id = await post(one, [{ id: 'a', action: 'TEST.SLOW', parameters: { ms: 5 } }])
  const started = (await watchWhole(two, id)).filter(({ type }) => type === 'step.started')
  expect(started.map(({ data }) => data.data.step.path)).toContain('a')
})

/** Says one thing, and goes on until it is cancelled. */
const stuck = defineBlock({
  action: 'TEST.STUCK',
  description: 'Says how far it is, once.',
  parameters: Type.Object({ message: Type.String() }),
  returns: Type.Null(),
  run: async ({ message }, { progress, signal }) => {
    progress({ done: 1, message })
    await sleep(3_600_000, null, { signal })
    return null
  },
})

test('who begins to watch is told at once what was said last, on whichever replica, also where others watch already', async () => {
  await using database = await createTestDatabase()
  const settings = { DATABASE_URL: database.url }
  await using one = await startConduit({ settings, blocks: [stuck] })
  await using two = await startConduit({ settings: { ...settings, CONCURRENCY: '0' }, blocks: [stuck] })
  const step = { id: 'w', action: 'TEST.STUCK', parameters: { message: 'once' } }
  const { id } = await one.client.jobs.submit({ steps: [step] })
  const shown = async () => (await two.client.jobs.step(id, 'w')).progress
  await expect.poll(shown, { timeout: PATIENCE_MS }).toEqual({ done: 1, message: 'once' })
  const over = new AbortController()
  for (const replica of [one, two, two, one]) {
    for await (const { type, data } of replica.client.jobs.events(id, { live: true, signal: over.signal })) {
      if (String(type) !== 'step.progress') continue
      expect(data).toMatchObject({ step: { path: 'w', progress: { done: 1, message: 'once' } } })
      break
    }
  }
  over.abort()
  await one.client.jobs.cancel(id)
})

test('progress stands in the step whichever replica is asked, and changes the tag of the job', async () => {
  await using database = await createTestDatabase()
  const settings = { DATABASE_URL: database.url }
  await using one = await startConduit({ settings, blocks: [stuck] })
  await using two = await startConduit({ settings: { ...settings, CONCURRENCY: '0' }, blocks: [stuck] })
  const message = 'half a \ud83d, a \u0000 and a "'
  const items = [0, 1]
  const step = { id: 'w', action: 'TEST.STUCK', parameters: { message } }
  const each = { id: 'e', action: 'FLOW.EACH', parameters: { items, concurrency: 2 }, steps: [step] }
  const { id } = await one.client.jobs.submit({ steps: [step, each] })
  const shown = async (path: string) => (await two.client.jobs.step(id, path)).progress
  await expect.poll(() => shown('w'), { timeout: PATIENCE_MS }).toEqual({ done: 1, message })
  const { body, headers } = await two.request('GET', `/v1/jobs/${id}`)
  expect(body.steps[0].progress).toEqual({ done: 1, message })
  expect(headers['etag']).toMatch(/-p[\w-]{11}"$/)
  await one.client.jobs.cancel(id)
  await expect.poll(async () => (await two.client.jobs.get(id)).state).toBe('cancelled')
  expect(await shown('w')).toBeUndefined()
  const rounds = await one.client.jobs.submit({ steps: [each] })
  const below = async () => (await two.client.jobs.steps(rounds.id, { parent: 'e' }).page()).data
  await expect
    .poll(async () => (await below()).map(({ progress }) => progress), { timeout: PATIENCE_MS })
    .toEqual([
      { done: 1, message },
      { done: 1, message },
    ])
  await one.client.jobs.cancel(rounds.id)
})
