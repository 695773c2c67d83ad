import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testBlocks } from '../../cases/testBlocks.ts'
import { createTestDatabase } from '../../support/database.ts'
import { startConduit, type TestConduit } from '../../support/conduit.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks: testBlocks })
})
afterAll(() => service[Symbol.asyncDispose]())

const slow = (ms: number) => ({ id: 'slow', action: 'TEST.SLOW', parameters: { ms, value: 'done' } })
const sleeping = { steps: [{ id: 's', action: 'FLOW.SLEEP', parameters: { for: '1h' } }] }
const child = (job: object, more: object = {}) => ({ id: 'j', action: 'FLOW.JOB', parameters: { job }, ...more })
const by = (parameters: object, more: object = {}) => ({ id: 'j', action: 'FLOW.JOB', parameters, ...more })

async function get(path: string): Promise<ReturnType<typeof JSON.parse>> {
  return (await service.request('GET', `/v1/jobs/${path}`)).body
}

async function childrenOf(id: string): Promise<ReturnType<typeof JSON.parse>[]> {
  return (await service.request('GET', `/v1/jobs?parent=${id}`)).body.data
}

async function post(job: object): Promise<string> {
  return (await service.request('POST', '/v1/jobs', job)).body.id
}

const reaches = (id: string, state: string) =>
  expect.poll(async () => (await get(id)).state, { timeout: PATIENCE_MS }).toBe(state)

describe('a child job', () => {
  test.each([
    [
      'pure, and over when it is accepted',
      [{ id: 'a', action: 'FLOW.SET', parameters: { value: '{= locals.n * 2 =}' } }],
    ],
    ['with effects', [slow(5), { id: 'a', action: 'TEST.ECHO_ASYNC', parameters: { value: '{= locals.n * 2 =}' } }]],
    [
      'that waits longer than its parent is held',
      [slow(1500), { id: 'a', action: 'FLOW.SET', parameters: { value: 10 } }],
    ],
  ])('%s gives its output, and names its parent', async (_what, steps) => {
    const job = { steps, local_values: { n: 1 }, output: { got: '{: a :}' } }
    const step = by({ job, local_values: { n: 5 }, metadata: { of: 'test' } })
    const parent = await service.run({ steps: [step], output: '{: j.got :}' })
    expect([parent.state, parent.output, parent.parent]).toEqual(['succeeded', 10, null])
    const [made, ...others] = await childrenOf(parent.id)
    expect(others).toEqual([])
    expect(made).toMatchObject({
      state: 'succeeded',
      parent: { job_id: parent.id, step: 'j' },
      metadata: { of: 'test' },
    })
    expect(made.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-/)
    expect((await get(made.id)).parent).toEqual({ job_id: parent.id, step: 'j' })
  })

  test('knows its parent in expressions', async () => {
    const job = { steps: [], output: '{= job.parent =}' }
    const { id, output } = await service.run({ steps: [child(job)], output: '{: j :}' })
    expect(output).toEqual({ job_id: id, step: 'j' })
  })

  test('that fails fails its step as JobFailed, with what failed in it', async () => {
    const job = { steps: [{ id: 'inner', action: 'FLOW.FAIL', parameters: { type: 'Broke', message: 'why' } }] }
    const { state, steps } = await service.run({ steps: [child(job)] })
    expect(state).toBe('failed')
    expect(steps?.[0]?.return_value).toMatchObject({
      type: 'JobFailed',
      message: expect.stringContaining('why'),
      error: { type: 'Broke', message: 'why', step: 'inner' },
    })
  })

  test.each([
    ['whose definition does not fit', { job: { steps: 5 } }, /\/steps/],
    [
      'that asks for tags its parent lacks',
      { job: { steps: [], tags: ['other'] } },
      /failed: the parent [\w-]+ does not hold the tag other$/,
    ],
    ['of a definition that is not there', { definition: 'nowhere' }, /\/definition/],
  ])('%s fails its step, and says why', async (_what, parameters, message) => {
    const { id, steps } = await service.run({ tags: ['own'], steps: [by(parameters)] })
    expect(steps?.[0]?.return_value).toMatchObject({ type: 'JobFailed', message: expect.stringMatching(message) })
    expect(await childrenOf(id)).toEqual([])
  })

  test('may have the tags of its parent', async () => {
    const job = { tags: ['STAFF_ONLY'], steps: [{ id: 'r', action: 'TEST.RESTRICTED' }], output: '{: r :}' }
    const { output } = await service.run({ tags: ['STAFF_ONLY', 'x'], steps: [child(job)], output: '{: j :}' })
    expect(output).toBe('secret')
  })

  test('by name takes the latest version at that moment, or the one that is named; inputs refuse with pointers', async () => {
    const content = (n: number) => ({
      inputs: { type: 'object', properties: { who: { type: 'string' } }, required: ['who'] },
      steps: [],
      output: [n, '{< who >}'],
    })
    for (const n of [1, 2]) await service.request('PUT', '/v1/definitions/greet', content(n))
    const latest = by({ definition: 'greet', local_values: { who: 'a' } })
    const first = by({ definition: 'greet', version: 1, local_values: { who: 'b' } }, { id: 'k' })
    const { id, output } = await service.run({ steps: [latest, first], output: ['{: j :}', '{: k :}'] })
    expect(output).toEqual([
      [2, 'a'],
      [1, 'b'],
    ])
    expect((await childrenOf(id)).map(({ definition }) => definition.version)).toEqual([1, 2])
    const refused = await service.run({ steps: [by({ definition: 'greet' })] })
    expect(refused.steps?.[0]?.return_value).toMatchObject({ message: expect.stringContaining('/local_values') })
  })

  test('may be eight in a line, and no more', async () => {
    const nest = (levels: number): object => (levels === 0 ? { steps: [] } : { steps: [child(nest(levels - 1))] })
    expect((await service.run(nest(7))).state).toBe('succeeded')
    const { steps } = await service.run(nest(8))
    expect(JSON.stringify(steps?.[0]?.return_value)).toContain('JobFailed')
  })

  test('under an id that another job has fails its step; under one of its own it is made once', async () => {
    await service.run({ id: 'theirs', steps: [] })
    const taken = await service.run({ steps: [by({ job: { steps: [] }, id: 'theirs' })] })
    expect(taken.steps?.[0]?.return_value).toMatchObject({ type: 'JobFailed', error: { type: 'JobExists' } })
    const own = await service.run({ steps: [by({ job: { steps: [], output: 5 }, id: 'mine' })], output: '{: j :}' })
    expect(own.output).toBe(5)
    const again = by({ job: { steps: [] }, id: 'twice' }, { id: 'k' })
    const twice = await service.run({ steps: [by({ job: { steps: [] }, id: 'twice' }), again] })
    expect(twice.steps?.map(({ status }) => status.name)).toEqual(['DONE', 'UNHANDLED_EXCEPTION'])
  })

  test('takes the id that stands in its definition, with which it can’t be tried again', async () => {
    const job = { id: 'written', steps: [], output: 6 }
    expect((await service.run({ steps: [child(job)], output: '{: j :}' })).output).toBe(6)
    expect((await get('written')).parent).toMatchObject({ step: 'j' })
    const retried = await service.request('POST', '/v1/jobs', { steps: [child(job, { retry: { max_attempts: 2 } })] })
    expect([retried.status, retried.body.errors[0].pointer]).toEqual([422, '/steps/0/retry'])
    const wrong = await service.run({ steps: [child({ id: '-', steps: [] })] })
    expect(wrong.steps?.[0]?.status.name).toBe('INVALID_TYPE')
  })

  test('is cancelled with its parent, which waits without a slot', async () => {
    const id = await post({ steps: [child(sleeping)] })
    await reaches(id, 'waiting')
    const parent = await get(id)
    const [made] = await childrenOf(id)
    expect(parent.steps[0].waiting).toMatchObject({ kind: 'job', job_id: made.id })
    expect(parent.current_step).toBe('j')
    await reaches(made.id, 'waiting')
    await service.client.jobs.cancel(id)
    await reaches(id, 'cancelled')
    await reaches(made.id, 'cancelled')
  })

  test.each([
    ['its time is up', [child(sleeping, { timeout: '50ms', catch: {} })], 'succeeded'],
    [
      'it is stopped',
      [
        {
          id: 'p',
          action: 'FLOW.PARALLEL',
          parameters: { first: true },
          branches: [{ steps: [child(sleeping)] }, { steps: [slow(300)] }],
        },
      ],
      'succeeded',
    ],
  ])('is cancelled when its step ends first: %s', async (_what, steps, state) => {
    const job = await service.run({ steps })
    expect(job.state).toBe(state)
    const [made] = await childrenOf(job.id)
    await reaches(made.id, 'cancelled')
  })

  test('is tried again as another job', async () => {
    const job = { steps: [{ id: 'f', action: 'FLOW.FAIL' }] }
    const { id, steps } = await service.run({ steps: [child(job, { retry: { max_attempts: 3, delay: 0 } })] })
    expect(steps?.[0]?.attempt).toBe(3)
    expect(new Set((await childrenOf(id)).map((made) => made.id)).size).toBe(3)
  })

  test('has its parent’s key, and can be deleted once its parent knows its end', async () => {
    const { id } = await service.run({ steps: [child({ steps: [] })] })
    const [made] = await childrenOf(id)
    expect((await service.request('DELETE', `/v1/jobs/${made.id}`)).status).toBe(204)
  })
})

test('a hundred children of one loop, twenty at a time, are each made once', async () => {
  const items = Array.from({ length: 100 }, (_, i) => i)
  const job = { steps: [slow(1)], output: 1 }
  const each = { id: 'e', action: 'FLOW.EACH', parameters: { items, concurrency: 20 }, steps: [child(job)] }
  const { id, state, output } = await service.run({ steps: [each], output: '{= sum(e) =}' })
  expect([state, output]).toEqual(['succeeded', 100])
  await using client = await open(service.databaseUrl)
  const { rows } = await client.query('select count(*)::int as made from job where parent = $1 and parent_told', [id])
  expect(rows).toEqual([{ made: 100 }])
})

test('a child that ends on another replica wakes its parent, held or not', async () => {
  await using database = await createTestDatabase()
  const settings = { DATABASE_URL: database.url, CONCURRENCY: '1' }
  await using one = await startConduit({ settings, blocks: testBlocks })
  await using two = await startConduit({ settings, blocks: testBlocks })
  const held = {
    id: 'p',
    action: 'FLOW.PARALLEL',
    branches: [{ steps: [child({ steps: [slow(200)], output: 'c' })] }, { steps: [slow(1500)] }],
    output: '{: 1 :}',
  }
  const jobs = [held, child({ steps: [slow(1200)], output: 'c' })].map((step) => one.run({ steps: [step] }))
  for (const job of await Promise.all(jobs)) expect(job.state).toBe('succeeded')
  expect((await two.request('GET', '/v1/jobs?state=succeeded')).body.data).toHaveLength(4)
})

async function open(url: string): Promise<Client & AsyncDisposable> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}
