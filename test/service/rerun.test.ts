import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Jobs } from '../../src/compose/jobs.ts'
import type { JobWire, StepWire } from '../../src/wire/job.ts'
import { testBlocks } from '../cases/testBlocks.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { overHttp } from './doors.ts'
import { markBlocks, type World } from './markBlocks.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const marks: string[] = []
const world: World = { marks, broken: false }
const blocks = [...testBlocks, ...markBlocks(world)]

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks })
})
afterAll(() => service[Symbol.asyncDispose]())
beforeEach(() => {
  marks.length = 0
  world.broken = false
})

const mark = (id: string, as: unknown = id): object => ({ id, action: 'TEST.MARK', parameters: { as } })
const breakable = { id: 'breakable', action: 'TEST.BREAKABLE' }
const DOORS: [string, (service: TestConduit) => Jobs][] = [
  ['HTTP', overHttp],
  ['the program', ({ conduit }) => conduit.jobs],
]

describe.each(DOORS)('a job that is run again through %s', (_, open) => {
  let jobs: Jobs
  beforeAll(() => {
    jobs = open(service)
  })

  async function failed(definition: object): Promise<JobWire> {
    world.broken = true
    const job = await jobs.submit(definition, { wait: 20 })
    world.broken = false
    marks.length = 0
    return job
  }
  const again = async (id: string, change: object): Promise<JobWire> => {
    const { id: made } = await jobs.rerun(id, change)
    return jobs.get(made, { wait: 20 })
  }
  const step = ({ steps = [] }: JobWire, id: string): StepWire | undefined => steps.find((one) => one.id === id)

  test('goes on from the step that failed, and what was before it is a copy', async () => {
    const first = await failed({ steps: [mark('a'), breakable, mark('c')], output: ['{: a :}', '{: breakable :}'] })
    const job = await again(first.id, { from: 'failed' })
    expect([job.state, job.rerun_of, job.output]).toEqual(['succeeded', first.id, ['a', 'mended']])
    expect(marks).toEqual(['mended', 'c'])
    expect([step(job, 'a')?.copied, step(job, 'breakable')?.copied]).toEqual([true, undefined])
    expect(step(job, 'a')).toEqual({ ...step(first, 'a'), copied: true })
  })

  test('is told like any other: its copies are events, in order', async () => {
    const first = await failed({ steps: [mark('a'), breakable] })
    const job = await again(first.id, { from: 'breakable' })
    const events = await Array.fromAsync(jobs.events(job.id))
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'step.updated'],
      [2, 'step.updated'],
      [3, 'job.finished'],
    ])
  })

  test('without a step is run whole', async () => {
    const first = await failed({ name: 'whole', metadata: { a: 'b' }, steps: [mark('a'), breakable] })
    const job = await again(first.id, {})
    expect([job.state, job.name, job.metadata, job.rerun_of]).toEqual(['succeeded', 'whole', { a: 'b' }, first.id])
    expect(marks).toEqual(['a', 'mended'])
    expect((await jobs.list({ name: 'whole' })).data[0]?.rerun_of).toBe(first.id)
  })

  test('goes on inside of a round, with the variables of then', async () => {
    const first = await failed({
      variables: { seen: [] },
      steps: [
        {
          id: 'each',
          action: 'FLOW.EACH',
          parameters: { items: [1, 2, 3] },
          steps: [
            { id: 'note', action: 'VARIABLE.SET', parameters: { name: 'seen', value: '{= vars.seen + [item] =}' } },
            { ...mark('m', '{= item =}') },
            { id: 'choose', action: 'FLOW.CHOOSE', branches: [{ if: '{= item == 2 =}', steps: [breakable] }] },
          ],
        },
      ],
      output: '{= vars.seen =}',
    })
    expect(first.failed_step).toBe('each/1/choose/1/breakable')
    const job = await again(first.id, { from: 'each/1/choose/1/breakable' })
    expect([job.state, job.output, marks]).toEqual(['succeeded', [1, 2, 3], ['mended', '3']])
  })

  test('goes on from a wait that the time-out around it ended', async () => {
    const wait = { id: 's', action: 'FLOW.SIGNAL', parameters: { name: 'late' } }
    const first = await failed({ steps: [mark('a'), { id: 'group', timeout: '1s', steps: [mark('b'), wait] }] })
    expect([first.failed_step, first.error?.type]).toEqual(['group', 'TimeoutError'])
    const { id } = await jobs.rerun(first.id, { from: 'group/s' })
    await jobs.signal(id, 'late', 5)
    const job = await jobs.get(id, { wait: 20 })
    expect([job.state, step(job, 'group')?.return_value, marks]).toEqual(['succeeded', 5, []])
  })

  test('goes on from an undo of what ran while a step waited for what came', async () => {
    const meanwhile = { ...mark('m'), undo: [breakable] }
    const wait = {
      id: 'w',
      action: 'FLOW.ASK',
      steps: [meanwhile, { id: 's', action: 'FLOW.SIGNAL', parameters: { name: 'go' } }],
    }
    world.broken = true
    const { id } = await jobs.submit({ steps: [wait, { action: 'FLOW.FAIL' }] })
    const question = await vi.waitUntil(
      async () => (await service.request('GET', `/v1/questions?job_id=${id}`)).body.data[0],
    )
    await vi.waitUntil(() => marks.includes('m'))
    await service.request('POST', `/v1/questions/${question.id}/answer`, { value: { approved: true } })
    expect((await jobs.get(id, { wait: 20 })).state).toBe('failed')
    world.broken = false
    marks.length = 0
    await again(id, { from: 'w/wait/m/undo/breakable' })
    expect(marks).toEqual(['mended'])
  })

  test('takes other local values, variables and parameters', async () => {
    const first = await failed({
      local_values: { a: 1, b: 2 },
      variables: { n: 1, m: 1 },
      steps: [{ action: 'VARIABLE.SET', id: 'set', parameters: { name: 'n', value: 2 } }, breakable],
      output: '{= [locals.a, locals.b, vars.n, vars.m, breakable] =}',
    })
    const steps = { breakable: { parameters: { as: 'other' } } }
    const job = await again(first.id, { from: 'failed', local_values: { b: 3 }, variables: { m: 4 }, steps })
    expect(job.output).toEqual([1, 3, 2, 4, 'other'])
    const whole = await again(first.id, { variables: { m: 5 }, steps })
    expect(whole.output).toEqual([1, 2, 2, 5, 'other'])
  })

  test('has a key that makes its repeat safe, and an id where one is given', async () => {
    const first = await failed({ steps: [breakable] })
    const key = { idempotencyKey: `again-${first.id}` }
    const made = await jobs.rerun(first.id, { from: 'failed', id: `of-${first.id}` }, key)
    expect(made.id).toBe(`of-${first.id}`)
    expect((await jobs.rerun(first.id, { from: 'failed', id: `of-${first.id}` }, key)).id).toBe(made.id)
    await expect(jobs.rerun(first.id, {}, key)).rejects.toMatchObject({ slug: 'idempotency-conflict' })
    await expect(jobs.rerun(first.id, { id: made.id })).rejects.toMatchObject({ slug: 'job-exists' })
  })

  test('must be over', async () => {
    const slow = { action: 'TIME.SLEEP', parameters: { seconds: 60 } }
    const { id } = await jobs.submit({ steps: [slow] })
    await expect(jobs.rerun(id)).rejects.toMatchObject({ slug: 'job-not-finished' })
    await jobs.cancel(id)
    const whole = await service.request('POST', `/v1/jobs/${id}/rerun`)
    expect(whole).toMatchObject({ status: 202, body: { rerun_of: id } })
    await jobs.cancel(whole.body.id)
    await expect(jobs.rerun('nobody')).rejects.toMatchObject({ slug: 'not-found' })
  })

  test.each([
    ['/from', { from: 'nowhere' }],
    ['/from', { from: 'choose/2/b' }],
    ['/from', { from: 'failed' }],
    ['/from', { from: 5 }],
    ['/version', { version: 2 }],
    ['/steps/nowhere', { steps: { nowhere: { parameters: {} } } }],
    ['/steps/choose/parameters', { steps: { choose: { parameters: 1 } } }],
    ['/local_values', { local_values: 1 }],
    ['/variables', { variables: [] }],
    ['/id', { id: '.' }],
    ['/until', { until: 'x' }],
  ])('is refused with a pointer to %s for %j', async (pointer, change) => {
    const branches = [{ if: true, steps: [mark('a')] }, { steps: [mark('b')] }]
    const { id } = await jobs.submit({ steps: [{ id: 'choose', action: 'FLOW.CHOOSE', branches }] }, { wait: 20 })
    const refused = jobs.rerun(id, change as object)
    await expect(refused).rejects.toMatchObject({ slug: 'invalid-definition', errors: [{ pointer }] })
  })
})

describe('within the steps of a question', () => {
  const steps = [
    { id: 'ask', action: 'FLOW.ASK', parameters: { title: 'well?' }, steps: [mark('told'), mark('reminded')] },
    mark('behind'),
  ]
  const question = async (id: string): Promise<{ id: string; title: string }> => {
    const { questions } = service.conduit
    return vi.waitFor(async () => {
      const [asked] = (await questions.list({ jobId: id })).data
      expect(asked).toBeDefined()
      return asked as { id: string; title: string }
    }, PATIENCE_MS)
  }

  test.each([
    ['ask/wait/told', ['told', 'reminded', 'behind']],
    ['ask/wait/reminded', ['reminded', 'behind']],
    ['ask', ['told', 'reminded', 'behind']],
    ['behind', ['behind']],
  ])('from %s it asks anew, and what was recorded before is not done again', async (from, ran) => {
    const { jobs, questions } = service.conduit
    const { id } = await jobs.submit({ steps })
    const done = (mark: string) => vi.waitFor(() => expect(marks).toContain(mark), PATIENCE_MS)
    await done('reminded')
    await questions.answer((await question(id)).id, { value: { approved: true } })
    const first = await jobs.get(id, { wait: 20 })
    expect([first.state, first.step_runs]).toEqual(['succeeded', 4])
    marks.length = 0
    const again = await jobs.rerun(id, { from })
    if (from !== 'behind') await done('reminded')
    if (from !== 'behind') await questions.answer((await question(again.id)).id, { value: { approved: false } })
    const ended = await jobs.get(again.id, { wait: 20 })
    expect([ended.state, ended.step_runs]).toEqual(['succeeded', 4])
    expect(marks.splice(0).sort()).toEqual([...ran].sort())
  })
})

test('from a step that the answer stopped the question is asked anew; one that never began is refused', async () => {
  const { jobs, questions } = service.conduit
  const nap = { id: 'nap', action: 'FLOW.SLEEP', parameters: { for: '1h' } }
  const { id } = await jobs.submit({
    steps: [
      { id: 'ask', action: 'FLOW.ASK', parameters: { title: 'well?' }, steps: [mark('told'), nap, mark('late')] },
    ],
  })
  const napping = async (of: string): Promise<void> =>
    vi.waitFor(async () => {
      const { body } = await service.request('GET', `/v1/jobs/${of}/steps/ask/wait/nap`)
      expect(body.waiting).toMatchObject({ kind: 'sleep' })
    }, PATIENCE_MS)
  const answer = async (of: string): Promise<void> => {
    const [asked] = (await questions.list({ jobId: of })).data
    await questions.answer(asked?.id ?? '', { value: { approved: true } })
  }
  await napping(id)
  await answer(id)
  expect((await jobs.get(id, { wait: 20 })).state).toBe('succeeded')
  marks.length = 0
  const again = await jobs.rerun(id, { from: 'ask/wait/nap' })
  await napping(again.id)
  await answer(again.id)
  const over = await jobs.get(again.id, { wait: 20 })
  expect([over.state, over.step_runs, marks]).toEqual(['succeeded', 3, []])
  await expect(jobs.rerun(id, { from: 'ask/wait/late' })).rejects.toMatchObject({ errors: [{ pointer: '/from' }] })
})

test('a definition is had back with its callbacks, less their secrets', async () => {
  await using other = await startConduit({ blocks, settings: { WEBHOOK_ALLOW_PRIVATE: 'true' } })
  const callback = { url: 'http://127.0.0.1:9/', secret: `whsec_${Buffer.alloc(32).toString('base64')}` }
  const posted = { id: 'back', steps: [mark('a')], on_job_finish: callback }
  await other.request('POST', '/v1/jobs', posted, { prefer: 'wait=60' })
  const { body } = await other.request('GET', '/v1/jobs/back/definition')
  expect(body).toEqual({ ...posted, on_job_finish: { url: callback.url } })
  const { body: made } = await other.request('POST', '/v1/jobs/back/rerun', {})
  const { body: again } = await other.request('GET', `/v1/jobs/${made.id}/definition`)
  expect(again.on_job_finish).toEqual({ url: callback.url })
})

describe('a job by name that is run again', () => {
  const put = (name: string, content: object) => service.request('PUT', `/v1/definitions/${name}`, content)
  const inputs = { type: 'object', properties: { n: { type: 'integer', default: 1 } }, required: ['n'] }

  test('keeps its version, or takes another that has a place for what is on record', async () => {
    await put('twice', { inputs, steps: [mark('a'), breakable], output: 1 })
    await put('twice', { inputs, steps: [mark('a'), mark('b'), breakable], output: 2 })
    await put('twice', { inputs, steps: [mark('new'), mark('other')] })
    const { jobs } = service.conduit
    world.broken = true
    const first = await jobs.submit({ definition: 'twice', version: 1 }, { wait: 20 })
    world.broken = false
    marks.length = 0
    const run = async (change: object): Promise<JobWire> =>
      jobs.get((await jobs.rerun(first.id, change)).id, { wait: 20 })
    const same = await run({ from: 'failed' })
    expect([same.definition, same.output, marks.splice(0)]).toEqual([{ name: 'twice', version: 1 }, 1, ['mended']])
    const other = await run({ from: 'b', version: 2 })
    expect([other.definition, other.output, marks]).toEqual([{ name: 'twice', version: 2 }, 2, ['b', 'mended']])
    const refused = run({ from: 'other', version: 3 })
    await expect(refused).rejects.toMatchObject({ errors: [{ pointer: '/version' }] })
    await expect(run({ version: 9 })).rejects.toMatchObject({ errors: [{ pointer: '/version' }] })
    const local = run({ local_values: { n: 'x' } })
    await expect(local).rejects.toMatchObject({ errors: [{ pointer: '/local_values/n' }] })
  })
})
