import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Jobs } from '../../src/compose/jobs.ts'
import { testBlocks } from '../cases/testBlocks.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { overHttp } from './doors.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks: testBlocks })
})
afterAll(() => service[Symbol.asyncDispose]())

const DOORS: [string, (service: TestConduit) => Jobs][] = [
  ['HTTP', overHttp],
  ['the program', ({ conduit }) => conduit.jobs],
]
const charge = { id: 'charge', action: 'TEST.ECHO_ASYNC', parameters: { value: 5 } }
const sum = { id: 'sum', action: 'MATH.SUM', parameters: { value1: 1, value2: 2 } }

describe.each(DOORS)('a dry run through %s', (_, open) => {
  let jobs: Jobs
  beforeAll(() => {
    jobs = open(service)
  })

  test('gives the job as it would be, and stores nothing', async () => {
    const mocks = { charge: { return_value: { id: 7 } } }
    const job = await jobs.dryRun({ id: 'dry', steps: [sum, charge], output: '{= [sum, charge.id] =}', mocks })
    expect([job.state, job.output, job.steps?.map(({ status }) => status.name)]).toEqual([
      'succeeded',
      [3, 7],
      ['DONE', 'DONE'],
    ])
    await expect(jobs.get('dry')).rejects.toMatchObject({ slug: 'not-found' })
  })

  test('tells why there is no output, and is silent where nothing was left out', async () => {
    const { output, omitted, problems } = await jobs.dryRun({ steps: [sum], output: { n: '{= number("x") + sum =}' } })
    const detail = 'number("x"): the text is no number'
    const why = { pointer: '/output', severity: 'error', code: 'output-omitted', detail, suggestion: null }
    expect([output, omitted, problems]).toEqual([null, ['output'], [why]])
    expect(await jobs.dryRun({ steps: [sum], output: null })).not.toHaveProperty('problems')
  })

  test('makes no child job: a mock stands for it, written here or by name, and without one its step tells so', async () => {
    const child = { action: 'FLOW.JOB', parameters: { job: { steps: [sum] } } }
    const named = { action: 'FLOW.JOB', parameters: { definition: 'nobody' } }
    const steps = [
      { id: 'each', action: 'FLOW.EACH', parameters: { items: [1, 2] }, steps: [{ id: 'child', ...child }] },
      { id: 'named', ...named },
    ]
    const output = '{= [each, named] =}'
    const mocks = { 'each/child': { return_value: 'c' }, named: { return_value: 'n' } }
    expect((await jobs.dryRun({ steps, output, mocks })).output).toEqual([['c', 'c'], 'n'])
    const missing = await jobs.dryRun({ steps, mocks: { named: { return_value: 'n' } } })
    expect(missing.error).toMatchObject({ step: 'each/0/child', type: 'MockMissing' })
    const failing = { ...mocks, named: { error: { type: 'JobFailed', message: 'the child is not well' } } }
    const failed = await jobs.dryRun({ steps, mocks: failing })
    expect(failed.error).toMatchObject({ step: 'named', type: 'JobFailed', message: 'the child is not well' })
  })

  test('refuses mocks and answers of steps that are not there', async () => {
    const world = { mocks: { charg: { return_value: 1 } }, answers: { nobody: 1 } }
    await expect(jobs.dryRun({ steps: [charge], ...world })).rejects.toMatchObject({
      slug: 'invalid-definition',
      errors: [{ pointer: '/mocks/charg' }, { pointer: '/answers/nobody' }],
    })
  })

  test('refuses an answer that the form of its question could not take', async () => {
    const asks = (parameters: object): object => ({ id: 'ask', action: 'FLOW.ASK', parameters })
    const form = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
    const refused = (parameters: object, answer: unknown): Promise<unknown> =>
      jobs.dryRun({ steps: [asks(parameters)], answers: { ask: answer } }).catch((error: unknown) => error)
    expect(await refused({ form }, { n: 'x' })).toMatchObject({ errors: [{ pointer: '/answers/ask/n' }] })
    expect(await refused({}, true)).toMatchObject({ errors: [{ pointer: '/answers/ask' }] })
    expect(await refused({ form: { ...form, title: '{# t #}' } }, { n: 'x' })).toMatchObject({ state: 'succeeded' })
  })

  test('fails a step that lacks a mock, or whose mock is an error', async () => {
    const missing = await jobs.dryRun({ steps: [charge] })
    expect(missing.error).toMatchObject({ step: 'charge', type: 'MockMissing' })
    const mocks = { charge: { error: { type: 'CardDeclined', message: 'no money' } } }
    const declined = await jobs.dryRun({ steps: [charge], mocks })
    expect(declined.error).toMatchObject({ step: 'charge', type: 'CardDeclined', message: 'no money' })
  })

  test('has one mock for all rounds', async () => {
    const each = { id: 'each', action: 'FLOW.EACH', parameters: { items: [1, 2] }, steps: [charge] }
    const job = await jobs.dryRun({
      steps: [each],
      output: '{: each :}',
      mocks: { 'each/charge': { return_value: 3 } },
    })
    expect(job.output).toEqual([3, 3])
  })

  test('lets time pass at once: sleeps, back-offs, time-outs', async () => {
    const steps = [
      { action: 'FLOW.SLEEP', parameters: { for: '3d' } },
      { action: 'TIME.SLEEP', parameters: { seconds: 3600 } },
      { id: 'wait', action: 'FLOW.SIGNAL', timeout: '7d', parameters: { name: 'paid' }, catch: { output: 'too late' } },
      { ...charge, retry: { max_attempts: 3, delay: '1h' }, catch: { output: '{= failure.attempts =}' } },
    ]
    const mocks = { charge: { error: { type: 'Busy' } } }
    const job = await jobs.dryRun({ steps, output: '{= [wait, charge] =}', mocks })
    expect([job.state, job.output]).toEqual(['succeeded', ['too late', 3]])
    const days = (Date.parse(job.finished_at as string) - Date.parse(job.created_at)) / 86_400_000
    expect(days).toBeGreaterThan(10)
  })

  test('has signals and answers from the start, and waits for what does not come', async () => {
    const steps = [
      { id: 'paid', action: 'FLOW.SIGNAL', parameters: { name: 'paid' } },
      { id: 'ask', action: 'FLOW.ASK', parameters: { title: 'Well?' } },
    ]
    const answers = { ask: { approved: true } }
    const job = await jobs.dryRun({
      steps,
      output: '{= [paid, ask.value.approved] =}',
      signals: { paid: [5] },
      answers,
    })
    expect([job.state, job.output]).toEqual(['succeeded', [5, true]])
    const waiting = await jobs.dryRun({ steps, answers })
    expect(waiting).toMatchObject({ state: 'waiting', success: null, finished_at: null, current_step: 'paid' })
  })

  test('reads no secret: a step that names one is tried like any other', async () => {
    const request = { url: 'https://example.com/', headers: { authorization: 'Bearer {% secrets.nobody %}' } }
    const steps = [{ id: 'get', action: 'HTTP.REQUEST', parameters: request }]
    const job = await jobs.dryRun({ steps, tags: ['HTTP'], mocks: { get: { return_value: 1 } } })
    expect(job.steps?.map(({ status, return_value: value }) => [status.name, value])).toEqual([['DONE', 1]])
  })

  test('ends by itself, whatever was written', async () => {
    const steps = [{ action: 'FLOW.REPEAT', parameters: { every: '1d', max: 10000 }, until: false, steps: [sum] }]
    expect((await jobs.dryRun({ steps })).state).not.toBe('waiting')
  })

  test.each([
    ['/mocks/charge', { steps: [charge], mocks: { charge: 5 } }],
    ['/signals/a', { steps: [], signals: { a: 1 } }],
    ['/answers', { steps: [], answers: [] }],
    ['/steps/0/action', { steps: [{ action: 5 }] }],
    ['/definition', { definition: 'nobody' }],
  ])('is refused with a pointer to %s', async (pointer, body) => {
    const refused = jobs.dryRun(body)
    await expect(refused).rejects.toMatchObject({ slug: 'invalid-definition', errors: [{ pointer }] })
  })
})

describe("a definition's tests", () => {
  const put = (name: string, content: object) => service.request('PUT', `/v1/definitions/${name}`, content)
  const run = (name: string) => service.request('POST', `/v1/definitions/${name}/test`)
  const content = {
    inputs: { type: 'object', properties: { n: { type: 'integer', default: 4 } } },
    steps: [charge],
    output: '{= [locals.n, charge] =}',
  }

  test('tell what came instead of what was expected', async () => {
    const tests = [
      { name: 'well', mocks: { charge: { return_value: 1 } }, expect: { success: true, output: [4, 1] } },
      {
        name: 'other',
        local_values: { n: 5 },
        mocks: { charge: { return_value: 1 } },
        expect: { success: true, output: [4, 1], steps: { charge: { status: 'SKIPPED', return_value: 2 } } },
      },
      { name: 'no mock', expect: { success: true } },
      { name: 'no integer', local_values: { n: 'x' }, expect: { success: true } },
    ]
    expect((await put('tested', { ...content, tests })).status).toBe(201)
    const { status, body } = await run('tested')
    expect([status, body.success]).toEqual([200, false])
    const pointers = body.tests.map(({ name, problems }: { name: string; problems: { pointer: string }[] }) => [
      name,
      problems.map(({ pointer }) => pointer),
    ])
    expect(pointers).toEqual([
      ['well', []],
      [
        'other',
        ['/tests/1/expect/output', '/tests/1/expect/steps/charge/status', '/tests/1/expect/steps/charge/return_value'],
      ],
      ['no mock', ['/tests/2/mocks/charge', '/tests/2/expect/success']],
      ['no integer', ['/tests/3/local_values/n']],
    ])
    const { body: older } = await service.request('POST', '/v1/definitions/tested/test?version=1')
    expect(older).toEqual(body)
  })

  test('name only steps that are there', async () => {
    const { status, body } = await put('strange', {
      ...content,
      tests: [{ name: 'a', mocks: { nobody: { return_value: 1 } }, expect: { success: true, steps: { x: {} } } }],
    })
    const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer)
    expect([status, pointers]).toEqual([422, ['/tests/0/mocks/nobody', '/tests/0/expect/steps/x']])
  })

  test('are none where there is no such definition, or version', async () => {
    expect((await run('nobody')).status).toBe(404)
    expect((await service.request('POST', '/v1/definitions/tested/test?version=9')).status).toBe(404)
  })
})
