import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineBlock } from '../../src/engine/block.ts'
import type { JobWire } from '../../src/wire/job.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

// What a support person reads of a job without opening it: which step, which action, what kind of error, in which words.

const odd = defineBlock({
  action: 'TEST.ODD',
  description: 'Throws what no database takes.',
  parameters: Type.Object({}),
  returns: Type.Unknown(),
  examples: [],
  run: () => {
    throw new RangeError(`a\0b\ud800${'x'.repeat(600)}`)
  },
})

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks: [odd] })
})
afterAll(() => service[Symbol.asyncDispose]())

const FAIL = { action: 'LOGIC.ASSERT', id: 'check', parameters: { condition: false } }
const ACTION = 'FLOW.FAIL'
const fail = (more: object = {}) => ({
  action: ACTION,
  id: 'stop',
  parameters: { type: 'NoStock', message: 'nothing is left' },
  ...more,
})
const EXPECTED = {
  step: 'stop',
  action: ACTION,
  status: 'UNHANDLED_EXCEPTION',
  type: 'NoStock',
  message: 'nothing is left',
}

async function rowOf({ id }: JobWire): Promise<Record<string, unknown>> {
  const { body } = await service.request('GET', '/v1/jobs?limit=200')
  return (body.data as { id: string }[]).find((row) => row.id === id) ?? expect.fail('it is not listed')
}

describe('the error of a job', () => {
  test.each([
    ['that is over when it is accepted', [fail()]],
    ['that waits first', [{ action: 'FLOW.SLEEP', parameters: { for: '1ms' } }, fail()]],
    ['with labels', [fail()], { tags: ['a'], metadata: { b: 'c' } }],
    ['that cleans up after it', [fail(), { action: 'LOGIC.TRUE', forced: true }]],
  ])('is that of failed_step: a job %s', async (_what, steps, more: object = {}) => {
    const job = await service.run({ steps, ...more })
    expect([job.state, job.failed_step, job.error]).toEqual(['failed', 'stop', EXPECTED])
    expect((await service.client.jobs.get(job.id)).error).toEqual(EXPECTED)
    expect((await rowOf(job))['error']).toEqual(EXPECTED)
  })

  test('is that of the innermost step, by its path', async () => {
    const job = await service.run({ steps: [{ action: 'FLOW.DO', id: 'all', steps: [fail()] }] })
    expect(job.error).toEqual({ ...EXPECTED, step: 'all/stop' })
    expect((await rowOf(job))['error']).toEqual(job.error)
  })

  test('stands in the event of its end', async () => {
    const job = await service.run({ steps: [fail()] })
    const { body } = await service.request('GET', `/v1/jobs/${job.id}/events`, undefined, {
      accept: 'application/json',
    })
    const last = body.data.at(-1)
    expect([last.type, last.data.job.error]).toEqual(['job.finished', EXPECTED])
  })

  test('is null of a job that goes well, or whose failure was caught', async () => {
    const caught = { action: 'FLOW.DO', steps: [fail()], catch: [{ steps: [{ action: 'LOGIC.TRUE' }] }] }
    for (const steps of [[{ action: 'LOGIC.TRUE' }], [caught]]) {
      const job = await service.run({ steps })
      expect([job.state, job.error, (await rowOf(job))['error']]).toEqual(['succeeded', null, null])
    }
  })

  test('has a message of 500 characters at most, of which the database takes each', async () => {
    const job = await service.run({ steps: [{ action: 'TEST.ODD' }] })
    const { error } = job
    expect(error?.message).toBe(`a\ufffdb\ufffd${'x'.repeat(496)}`)
    expect((await rowOf(job))['error']).toEqual(error)
  })

  test('tells of a step that was not run: an action that is not there', async () => {
    const { error } = await service.run({ steps: [{ action: 'NO.SUCH', id: 'x' }] })
    expect(error).toMatchObject({ step: 'x', action: 'NO.SUCH', status: 'BLOCK_NOT_FOUND' })
  })
})

test('a job says which key posted it', async () => {
  await using keyed = await startConduit()
  const scopes = ['admin', 'jobs:read', 'jobs:write']
  const { body: key } = await keyed.request('POST', '/v1/keys', { name: 'all', scopes })
  const headers = { authorization: `Bearer ${key.secret}`, prefer: 'wait=60' }
  const posted = await keyed.request('POST', '/v1/jobs', { steps: [FAIL] }, headers)
  const read = await keyed.request('GET', `/v1/jobs/${posted.body.id}`, undefined, headers)
  const { body: list } = await keyed.request('GET', '/v1/jobs', undefined, headers)
  expect([posted.body.created_by, read.body.created_by, list.data[0].created_by]).toEqual([key.id, key.id, key.id])
  expect(list.data[0].takeovers).toBe(0)
})
