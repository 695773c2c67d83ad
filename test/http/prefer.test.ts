import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testBlocks } from '../cases/testBlocks.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks: testBlocks })
})
afterAll(() => service[Symbol.asyncDispose]())

const simple = { steps: [{ action: 'LOGIC.TRUE' }] }
const endless = { steps: [{ action: 'TEST.SLOW', parameters: { ms: 600_000 } }] }
/** Long enough not to be over when it is accepted. */
const SLOW = { steps: [{ action: 'TEST.SLOW', parameters: { ms: 50 } }] }
let made = 0
const newKey = (): string => `key-${++made}`

const post = (body: unknown, headers: Record<string, string> = {}) => service.request('POST', '/v1/jobs', body, headers)

describe('Prefer', () => {
  test.each([
    ['wait=100', '60'],
    ['wait="5"', '5'],
    ['respond-async, wait=5', '5'],
    ['WAIT=5; a=b', '5'],
  ])('%s waits, and says %s seconds where the job is over', async (prefer, seconds) => {
    const { status, headers, body } = await post(simple, { prefer })
    expect([status, headers['preference-applied'], body.state]).toEqual([200, `wait=${seconds}`, 'succeeded'])
  })

  test.each(['wait=-1', 'wait=abc', 'wait', 'wait=', 'wait=1.5', 'other'])('%s is ignored', async (prefer) => {
    const { status, headers } = await post(simple, { prefer })
    expect([status, headers['preference-applied']]).toEqual([202, undefined])
  })

  test('is 202 when the time is up, with the step in hand', async () => {
    const { status, headers, body } = await post(endless, { prefer: 'wait=1' })
    expect([status, headers['preference-applied'], body.state, body.current_step]).toEqual([
      202,
      undefined,
      'running',
      '1',
    ])
    await service.request('POST', `/v1/jobs/${body.id}/cancel`)
  })
})

describe('Prefer of other requests that make a job', () => {
  test.each<[string, () => Promise<string>]>([
    ['a re-run', async () => `/v1/jobs/${(await post(SLOW, { prefer: 'wait=60' })).body.id}/rerun`],
    [
      'a trigger',
      async () => {
        await service.request('PUT', '/v1/schedules/waited', { every: '1d', job: SLOW })
        return '/v1/schedules/waited/trigger'
      },
    ],
  ])('%s waits as it does for POST /v1/jobs', async (_name, path) => {
    const url = await path()
    const waited = await service.request('POST', url, undefined, { prefer: 'wait=60' })
    expect([waited.status, waited.headers['preference-applied'], waited.body.state]).toEqual([
      200,
      'wait=60',
      'succeeded',
    ])
    expect(waited.headers['location']).toBe(`/v1/jobs/${waited.body.id}`)
    expect((await service.request('POST', url)).status).toBe(202)
  })
})

describe('Idempotency-Key', () => {
  test('gives the first one’s job as it is now, key order aside, with all a first answer has', async () => {
    const headers = { 'idempotency-key': newKey() }
    const first = await post({ name: 'n', steps: [{ action: 'LOGIC.TRUE', parameters: {} }] }, headers)
    const again = await post({ steps: [{ parameters: {}, action: 'LOGIC.TRUE' }], name: 'n' }, headers)
    expect([again.status, again.body.id, again.headers['idempotency-replayed']]).toEqual([202, first.body.id, 'true'])
    expect([again.headers['location'], again.headers['link']]).toEqual([
      first.headers['location'],
      first.headers['link'],
    ])
    const waited = await post(
      { name: 'n', steps: [{ action: 'LOGIC.TRUE', parameters: {} }] },
      { ...headers, prefer: 'wait=9' },
    )
    expect([waited.status, waited.headers['preference-applied'], waited.body.state]).toEqual([
      200,
      'wait=9',
      'succeeded',
    ])
  })

  test('is looked at before the id', async () => {
    const headers = { 'idempotency-key': newKey() }
    await post({ ...simple, id: 'keyed' }, headers)
    expect((await post({ ...simple, id: 'keyed' }, headers)).headers['idempotency-replayed']).toBe('true')
    expect((await post({ ...simple, id: 'keyed', name: 'x' }, headers)).body.type).toBe(
      '/problems/idempotency-conflict',
    )
    expect((await post({ ...simple, id: 'keyed' })).body.type).toBe('/problems/job-exists')
  })

  test.each([
    ['an id that is taken', { ...simple, id: 'taken' }, 409],
    ['a definition that is none', { steps: 5 }, 422],
    ['no JSON', '{', 400],
  ])('is free after %s', async (_, body, status) => {
    if (status === 409) await post({ ...simple, id: 'taken' })
    const headers = { 'idempotency-key': newKey() }
    expect((await post(body, headers)).status).toBe(status)
    const { status: then, headers: answered } = await post(simple, headers)
    expect([then, answered['idempotency-replayed']]).toEqual([202, undefined])
  })

  test('of a job that was deleted is taken, also where another has its id now', async () => {
    const headers = { 'idempotency-key': newKey() }
    await post({ ...simple, id: 'gone' }, { ...headers, prefer: 'wait=20' })
    await service.request('DELETE', '/v1/jobs/gone')
    expect((await post({ ...simple, id: 'gone' }, headers)).body.type).toBe('/problems/idempotency-conflict')
    expect((await post({ ...simple, id: 'gone' })).status).toBe(202)
    expect((await post({ ...simple, id: 'gone' }, headers)).body.type).toBe('/problems/idempotency-conflict')
  })

  test('tells bodies apart that differ in odd text alone', async () => {
    const headers = { 'idempotency-key': newKey() }
    await post('{"steps":[],"variables":{"x":"\\ud800"}}', headers)
    expect((await post('{"steps":[],"variables":{"x":"\\ufffd"}}', headers)).status).toBe(409)
  })

  test('lets one of twenty different definitions in at once', async () => {
    const headers = { 'idempotency-key': newKey() }
    const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => post({ ...simple, name: `n${i}` }, headers)))
    expect(replies.filter(({ status }) => status === 202)).toHaveLength(1)
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(19)
  })

  test.each(['a b', 'x'.repeat(256), 'é'])('%j is 400', async (key) => {
    expect((await post(simple, { 'idempotency-key': key })).body.type).toBe('/problems/malformed-request')
  })
})
