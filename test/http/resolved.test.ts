import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineBlock } from '../../src/engine/block.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

// What a step got, as it was after tags: that tells why it failed.

const send = defineBlock({
  action: 'TEST.SEND',
  description: 'Has effects, and fails.',
  parameters: Type.Object({ to: Type.String(), body: Type.Optional(Type.Unknown()) }),
  returns: Type.Null(),
  effects: true,
  examples: [],
  run: async () => Promise.reject(new Error('no')),
})

const start = (mode?: string): Promise<TestConduit> =>
  startConduit({ blocks: [send], settings: mode === undefined ? {} : { RECORD_PARAMETERS: mode } })

const LOCALS = { local_values: { c: { name: 'Ada' } } }
const assert = { action: 'LOGIC.ASSERT', id: 'a', parameters: { value: '{< c.plan >}' } }

describe('resolved', () => {
  let service: TestConduit
  beforeAll(async () => {
    service = await start()
  })
  afterAll(() => service[Symbol.asyncDispose]())

  test.each([
    ['that its block refused', assert, { value: null }],
    ['whose parameters do not fit', { action: 'TEST.SEND', parameters: { to: '{< c.plan >}' } }, { to: null }],
    ['with effects', { action: 'TEST.SEND', parameters: { to: '{< c.name >}' } }, { to: 'Ada' }],
    ['with a timeout of its own', { ...assert, timeout: '1m' }, { value: null }],
    [
      'with attempts',
      { action: 'TEST.SEND', parameters: { to: '{< c.name >}' }, retry: { max_attempts: 2, delay: '1ms' } },
      { to: 'Ada' },
    ],
  ])('shows the parameters of a step %s', async (_what, step, expected) => {
    const job = await service.run({ ...LOCALS, steps: [step] })
    expect([job.state, job.steps?.[0]?.resolved]).toEqual(['failed', expected])
    const [read] = (await service.client.jobs.get(job.id)).steps ?? []
    expect(read?.resolved).toEqual(expected)
    expect((await service.client.jobs.step(job.id, read?.path ?? '')).resolved).toEqual(expected)
  })

  test('is not there for a step that went well', async () => {
    const job = await service.run({ steps: [{ action: 'LOGIC.ASSERT', parameters: { value: true } }] })
    expect(job.steps?.[0]).not.toHaveProperty('resolved')
  })

  test('leaves out what is large, the largest first, and says how large it was', async () => {
    const body = { large: 'x'.repeat(20_000), small: 'y' }
    const job = await service.run({ steps: [{ action: 'TEST.SEND', parameters: { to: 'Ada', body } }] })
    expect(job.steps?.[0]?.resolved).toEqual({ to: 'Ada', body: { omitted: JSON.stringify(body).length } })
  })

  test('stands in no event', async () => {
    const job = await service.run({ ...LOCALS, steps: [assert] })
    const { body } = await service.request('GET', `/v1/jobs/${job.id}/events`)
    expect(JSON.stringify(body)).not.toContain('resolved')
  })
})

test('a secret stands in it as ***', async () => {
  const settings = { WEBHOOK_ALLOW_PRIVATE: 'true', SECRETS_KEY: 'x'.repeat(40) }
  await using service = await startConduit({ settings })
  await service.client.secrets.put('TOKEN', { value: 'nobody may read this' })
  const headers = { authorization: 'Bearer {% secrets.TOKEN %}' }
  const step = { action: 'HTTP.REQUEST', parameters: { url: 'http://127.0.0.1:9/', headers } }
  const job = await service.run({ tags: ['HTTP'], steps: [step] })
  expect([job.error?.type, job.steps?.[0]?.resolved?.['headers']]).toEqual([
    'ConnectionRefused',
    { authorization: 'Bearer ***' },
  ])
})

test.each([
  ['never', [undefined, undefined]],
  ['always', [{ value: true }, { value: false }]],
])('RECORD_PARAMETERS=%s', async (mode, expected) => {
  await using service = await start(mode)
  const steps = [true, false].map((value) => ({ action: 'LOGIC.ASSERT', parameters: { value } }))
  const job = await service.run({ steps })
  const body = await service.client.jobs.get(job.id)
  expect(body.steps?.map(({ resolved }) => resolved)).toEqual(expected)
})
