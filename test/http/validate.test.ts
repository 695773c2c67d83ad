import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({})
})
afterAll(() => service[Symbol.asyncDispose]())

const wrong = {
  steps: [{ action: 'TEXT.JION' }, { action: 'TEXT.CREATE', parameters: { value: '{# nope #}' } }],
  variables: { a: 1 },
}
const doubtful = { steps: [{ action: 'TEXT.CREATE', parameters: { value: '{{ a }}' } }] }

describe('POST /v1/jobs/validate', () => {
  test('tells all problems at once, in document order, and how each step would start', async () => {
    const { status, body } = await service.request('POST', '/v1/jobs/validate', wrong)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      valid: false,
      problems: [
        { code: 'unknown-action', severity: 'error', pointer: '/steps/0/action', suggestion: 'TEXT.JOIN' },
        { code: 'tag-unknown', severity: 'warning', pointer: '/steps/1/parameters/value', suggestion: null },
      ],
      steps: [{ status: { name: 'BLOCK_NOT_FOUND' } }, { status: { name: 'NONE' } }],
    })
  })

  test('answers 200 also to what POST would refuse, with the pointers of the refusal', async () => {
    for (const job of [
      {},
      { steps: [{ action: 'TEXT.CREATE', parameters: { value: '{= 1 + =}' } }] },
      { steps: 1, iff: 2 },
    ]) {
      const posted = await service.request('POST', '/v1/jobs', job)
      const { status, body } = await service.request('POST', '/v1/jobs/validate', job)
      expect([posted.status, status]).toEqual([422, 200])
      expect(body).toMatchObject({ valid: false, steps: [] })
      const pointers = body.problems.map(({ pointer }: { pointer: string }) => pointer)
      for (const { pointer } of posted.body.errors) expect(pointers).toContain(pointer)
    }
  })

  test('a field of a wrong form hides nothing of what is wrong elsewhere, and is told once', async () => {
    const { body } = await service.request('POST', '/v1/jobs/validate', {
      name: 5,
      metadata: { a: 1 },
      steps: [
        { action: 'TEXT.JION', timeout: {}, retry: { max_attempts: 'three' } },
        { action: 'TEXT.CREATE', parameters: 5 },
        { action: 'TEXT.CREATE', title: 1, parameters: { value: '{= 1 + =}' } },
      ],
    })
    const told = body.problems.map(({ code, pointer }: { code: string; pointer: string }) => `${code} ${pointer}`)
    expect(told).toEqual([
      'invalid /name',
      'invalid /metadata/a',
      'unknown-action /steps/0/action',
      'invalid /steps/0/timeout',
      'invalid /steps/0/retry/max_attempts',
      'invalid /steps/1/parameters',
      'invalid /steps/2/title',
      'expression /steps/2/parameters/value',
    ])
  })

  test('tells what is wrong with the form beside all else, in document order, up to 200', async () => {
    const broken = {
      local_value: {},
      steps: [
        { action: 'TEXT.JION', params: {} },
        { action: 'TEXT.CREATE', iff: 1 },
      ],
    }
    const body = await service.client.jobs.validate(broken)
    expect(body.problems.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/local_value',
      '/steps/0/action',
      '/steps/0/params',
      '/steps/1/parameters',
      '/steps/1/iff',
    ])
    const steps = Array.from({ length: 300 }, () => ({ action: 'LOGIC.TRUE', params: {} }))
    expect((await service.client.jobs.validate({ steps })).problems).toHaveLength(200)
    expect((await service.request('POST', '/v1/jobs', { steps })).body.errors).toHaveLength(20)
  })

  test('a wrong condition hides no parameter that is missing', async () => {
    const steps = [{ action: 'TEXT.JOIN', if: 'x', parameters: { text1: 'a' } }]
    const body = await service.client.jobs.validate({ steps })
    expect(body.problems.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['invalid', '/steps/0/if'],
      ['parameter-missing', '/steps/0/parameters'],
    ])
  })

  test('says what a decided condition does where it stands', async () => {
    const steps = [
      { action: 'FLOW.REPEAT', steps: [], until: false },
      { action: 'FLOW.CHOOSE', branches: [{ if: 0, steps: [] }] },
    ]
    const body = await service.client.jobs.validate({ steps })
    expect(body.problems.map(({ pointer, detail }) => [pointer, detail])).toEqual([
      ['/steps/0/until', 'this never holds, so the rounds go on until max'],
      ['/steps/1/branches/0/if', 'this never holds, so the branch is never taken'],
    ])
  })

  test('has at most 200 problems', async () => {
    const steps = Array.from({ length: 300 }, () => ({ action: 'NO.SUCH' }))
    expect((await service.client.jobs.validate({ steps })).problems).toHaveLength(200)
  })
})

describe('POST /v1/jobs', () => {
  test('accepts a job that must fail, where nobody asks', async () => {
    const { status, body } = await service.request('POST', '/v1/jobs', wrong)
    expect(status).toBe(202)
    expect(body).not.toHaveProperty('problems')
  })

  test('?validate=refuse answers 422 with the problems where a step must fail', async () => {
    const { status, body } = await service.request('POST', '/v1/jobs?validate=refuse', wrong)
    expect(status).toBe(422)
    expect(body).toMatchObject({
      type: '/problems/invalid-definition',
      errors: [
        { pointer: '/steps/0/action', severity: 'error', code: 'unknown-action', suggestion: 'TEXT.JOIN' },
        { pointer: '/steps/1/parameters/value', severity: 'warning', code: 'tag-unknown', suggestion: null },
      ],
    })
  })

  test("what a child's id must be is told in words", async () => {
    const job = { id: '-x', steps: [] }
    const child = { steps: [{ action: 'FLOW.JOB', parameters: { job } }] }
    const { body } = await service.request('POST', '/v1/jobs/validate', child)
    const detail = 'the parameter job.id must be 1 to 64 letters, digits, _ . or -, and begin with a letter or a digit'
    expect(body.problems).toMatchObject([{ pointer: '/steps/0/parameters/job', detail }])
  })

  test('?validate=refuse accepts what has warnings alone', async () => {
    expect((await service.request('POST', '/v1/jobs?validate=refuse', doubtful)).status).toBe(202)
  })

  test('?validate=warn accepts, and tells the problems beside the job', async () => {
    const { status, body } = await service.request('POST', '/v1/jobs?validate=warn', wrong)
    expect(status).toBe(202)
    expect(body.problems.map(({ code }: { code: string }) => code)).toEqual(['unknown-action', 'tag-unknown'])
  })

  test('?validate= takes no other word', async () => {
    expect((await service.request('POST', '/v1/jobs?validate=yes', wrong)).status).toBe(400)
  })
})
