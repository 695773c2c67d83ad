import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit()
})
afterAll(() => service[Symbol.asyncDispose]())

const many = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, value]))
const inStep = (step: object) => ({ steps: [{ action: 'LOGIC.TRUE' }, { action: 'LOGIC.TRUE', ...step }] })
const withFields = (fields: object) => ({ steps: [], ...fields })

describe('a definition is taken with', () => {
  test.each([
    ['a name of 200 code points', withFields({ name: '🐍'.repeat(200) })],
    ['no name', withFields({ name: null })],
    ['64 tags of 100 characters', withFields({ tags: Array.from({ length: 64 }, () => 'x'.repeat(100)) })],
    ['50 metadata keys', withFields({ metadata: many(50, '') })],
    [
      'a metadata key of 40 and a value of 500 characters',
      withFields({ metadata: { ['a'.repeat(40)]: 'é'.repeat(500) } }),
    ],
    ['step_limit 0', withFields({ step_limit: 0 })],
    ['200 overrides', withFields({ block_limit_overrides: many(200, 1) })],
    ['an override that lifts a limit', withFields({ block_limit_overrides: { 'A.*': null } })],
    ['callbacks that are null', withFields({ on_step_update: null, on_job_finish: null })],
    ['any output', withFields({ output: [{ a: '{# b #}' }] })],
    ['an action of 200 characters', inStep({ action: '🐍'.repeat(200) })],
    ['a step id of 128 characters, white space and dots among them', inStep({ id: `a b.${'🐍'.repeat(124)}` })],
    ['a condition that is null', inStep({ if: null })],
    ['keys that are names of JavaScript', withFields({ variables: { constructor: { prototype: 1 }, toString: 2 } })],
    ['__proto__ as a value', withFields({ variables: { a: '__proto__', a__proto__: 1 } })],
    ['200 levels', `{"steps":[],"variables":{"a":${'['.repeat(198)}${']'.repeat(198)}}}`],
    ['the largest integer that a double holds exactly', '{"steps":[],"variables":{"n":[9007199254740992,1e308,-0]}}'],
    ['long digits in a text', '{"steps":[],"name":"9007199254740993 1e400"}'],
  ])('%s', async (_, body) => {
    expect((await service.request('POST', '/v1/jobs', body)).status).toBe(202)
  })
})

describe('a definition is refused with 422 and a pointer to', () => {
  test.each([
    ['/id', withFields({ id: '.a' })],
    ['/id', withFields({ id: 'a'.repeat(65) })],
    ['/id', withFields({ id: null })],
    ['/name', withFields({ name: '🐍'.repeat(201) })],
    ['/name', withFields({ name: `e${'\u0301'.repeat(300)}` })],
    ['/name', '{"steps":[],"name":"\\ud800"}'],
    ['/tags', withFields({ tags: Array.from({ length: 65 }, () => 'a') })],
    ['/tags/1', withFields({ tags: ['a', ''] })],
    ['/tags/0', withFields({ tags: ['x'.repeat(101)] })],
    ['/variables', withFields({ variables: [] })],
    ['/on_failure', withFields({ on_failure: null })],
    ['/on_failure/0/action', withFields({ on_failure: [{ action: [{ toString: '' }] }] })],
    ['/steps/1/action', inStep({ action: { toString: '' } })],
    ['/steps/1/branches/0/id', inStep({ action: 'FLOW.CHOOSE', branches: [{ id: { toString: '' } }] })],
    ['/local_values', withFields({ local_values: null })],
    ['/metadata', withFields({ metadata: many(51, '') })],
    ['/metadata/a~1b', withFields({ metadata: { 'a/b': '' } })],
    ['/metadata/a', withFields({ metadata: { a: 5 } })],
    ['/metadata/a', withFields({ metadata: { a: 'x'.repeat(501) } })],
    [`/metadata/${'a'.repeat(41)}`, withFields({ metadata: { ['a'.repeat(41)]: '' } })],
    ['/step_limit', withFields({ step_limit: -1 })],
    ['/step_limit', withFields({ step_limit: 2147483648 })],
    ['/step_limit', withFields({ step_limit: true })],
    ['/block_limit_overrides', withFields({ block_limit_overrides: many(201, 1) })],
    ['/block_limit_overrides/A', withFields({ block_limit_overrides: { A: '1' } })],
    ['/on_step_update/url', withFields({ on_step_update: { url: 'ftp://example.com/' } })],
    ['/on_step_update/url', withFields({ on_step_update: { url: 'http://user:secret@example.com/' } })],
    ['/on_job_finish/url', withFields({ on_job_finish: { url: `http://example.com/${'x'.repeat(2048)}` } })],
    ['/on_job_finish/secret', withFields({ on_job_finish: { url: 'http://example.com/', secret: 'short' } })],
    ['/on_job_finish/more', withFields({ on_job_finish: { url: 'http://example.com/', more: 1 } })],
    ['/steps/1/action', inStep({ action: '' })],
    ['/steps/1/action', inStep({ action: 'a'.repeat(201) })],
    ['/steps/1/action', inStep({ action: 'A\0' })],
    ['/steps/1/id', inStep({ id: '' })],
    ['/steps/1/id', inStep({ id: 'x'.repeat(129) })],
    ['/steps/1/id', inStep({ id: 'a\u0085b' })],
    ['/steps/1/parameters', inStep({ parameters: [] })],
    ['/steps/1/forced', inStep({ forced: null })],
    ['/steps/1/more', inStep({ more: 1 })],
    ['/steps/0', { steps: [null] }],
    ['/a~1b~0c', withFields({ 'a/b~c': 1 })],
    ['', '[]'],
    ['', 'null'],
    ['/steps/0/parameters/x/1/y', '{"steps":[{"action":"A","parameters":{"x":[1,{"y":1e999}]}}]}'],
    ['/variables/a/0', '{"steps":[],"variables":{"a":[-9007199254740993]}}'],
  ])('%s: %j', async (pointer, body) => {
    const reply = await service.request('POST', '/v1/jobs', body)
    expect([reply.status, reply.body.type]).toEqual([422, '/problems/invalid-definition'])
    expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(reply.body.instance).toBe(reply.headers['x-request-id'])
  })

  test('a place beyond 200 levels, however deep the rest is', async () => {
    for (const depth of [199, 100_000]) {
      const body = `{"steps":[],"variables":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`
      expect((await service.request('POST', '/v1/jobs', body)).body.errors).toHaveLength(1)
    }
  })
})

test.each([
  '{"steps":[],"\\u005f_proto__":1}',
  '{"steps":[],"variables":{"a":[{ "__proto__" : null}]}}',
  '{"a":1}x',
  'NaN',
])('%s is 400: no JSON that is taken', async (body) => {
  const reply = await service.request('POST', '/v1/jobs', body)
  expect([reply.status, reply.body.type]).toEqual([400, '/problems/malformed-request'])
})

test('of repeated keys the last counts, now and when the job is read', async () => {
  const { body } = await service.request(
    'POST',
    '/v1/jobs',
    '{"steps":[],"name":"a","name":"b","variables":{"x":1,"x":2}}',
  )
  expect([body.name, body.variables]).toEqual(['b', { x: 2 }])
  expect(await service.client.jobs.get(body.id)).toEqual(body)
})

test('titles and descriptions of a job and of its steps are given back', async () => {
  const told = { title: 'Refund', description: 'Pays back.' }
  const job = await service.run({ ...told, steps: [{ ...told, action: 'LOGIC.TRUE' }] })
  expect(job).toMatchObject({ ...told, state: 'succeeded', steps: [told] })
  const { status, body } = await service.request('POST', '/v1/jobs', { title: 'x'.repeat(201), steps: [] })
  expect([status, body.errors[0].pointer]).toEqual([422, '/title'])
})

test('a job has these fields, a step those, and the list leaves out what is large', async () => {
  const job = await service.run({ steps: [{ action: 'aB.c.dı' }, { action: 'logic.true' }] })
  const large = ['description', 'local_values', 'output', 'step_runs', 'steps', 'title', 'variables']
  const summary = [
    'id',
    'name',
    'state',
    'success',
    'failed_step',
    'error',
    'created_by',
    'takeovers',
    'current_step',
    'definition',
    'rerun_of',
    'schedule',
    'parent',
    'scheduled_for',
    'tags',
    'metadata',
    'step_limit',
    'block_limit_overrides',
    'created_at',
    'started_at',
    'finished_at',
  ]
  expect(Object.keys(job).sort()).toEqual([...summary, ...large].sort())
  const [first, second] = job.steps ?? []
  expect(first).toMatchObject({ action: 'AB.C.Dı', block: { category: 'AB', name: 'C.Dı' }, started_at: null })
  expect(second).toEqual({
    id: '2',
    path: '2',
    parent: null,
    depth: 0,
    position: 2,
    title: null,
    description: null,
    action: 'LOGIC.TRUE',
    block: { category: 'LOGIC', name: 'TRUE' },
    parameters: {},
    forced: false,
    if: null,
    status: { name: 'SKIPPED', value: 100 },
    return_value: null,
    error: null,
    attempt: 0,
    waiting: null,
    started_at: null,
    finished_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  })
  const { body } = await service.request('GET', '/v1/jobs?limit=1')
  expect(Object.keys(body.data[0]).sort()).toEqual(summary.sort())
  const { body: short } = await service.request('GET', `/v1/jobs/${job.id}?steps=false`)
  expect(Object.keys(short).sort()).toEqual([...summary, ...large].filter((name) => name !== 'steps').sort())
})
