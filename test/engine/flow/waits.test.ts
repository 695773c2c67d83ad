import { describe, expect, test } from 'vitest'
import { standardBlocks } from '../../../src/blocks/standard.ts'
import { createRegistry } from '../../../src/engine/registry.ts'
import { runJob } from '../../../src/compose/runJob.ts'
import { testBlocks } from '../../cases/testBlocks.ts'
import { drive } from './drive.ts'

const blocks = createRegistry([...standardBlocks, ...testBlocks])
const echo = (value: unknown) => ({ action: 'TEST.ECHO_ASYNC', parameters: { value } })

describe('a signal', () => {
  const steps = [{ id: 's', action: 'FLOW.SIGNAL', parameters: { name: 'paid' } }]

  test('that is there already is taken, each once, in order of arrival, and nothing is told', async () => {
    const job = { steps: [...steps, { ...steps[0], id: 't' }], output: ['{: s :}', '{: t.sum :}'] }
    const { output } = await runJob(job, { blocks, signals: { other: [0], paid: [1, { sum: 2 }] } })
    expect(output).toEqual([1, 2])
  })

  test('that does not come leaves the step to its time-out, which a catch holds', async () => {
    const waiting = { ...steps[0], timeout: '20ms', catch: { on: ['TimeoutError'], output: 'none' } }
    const { entries } = await drive({ steps: [waiting] })
    expect(entries.map(({ kind }) => kind).filter((kind) => kind !== 'mark')).toEqual(['waiting', 'step'])
  })

  test('that is stopped with its branch ends as STOPPED, and a cancel ends it at once', async () => {
    const race = { action: 'FLOW.PARALLEL', parameters: { first: true }, branches: [{ steps }, { steps: [echo(1)] }] }
    expect((await runJob({ steps: [race], output: '{: 1 :}' }, { blocks })).output).toEqual({ branch: '2', value: 1 })
    const cancelled = await runJob({ steps }, { blocks, signal: AbortSignal.timeout(20) })
    expect([cancelled.state, cancelled.steps?.[0]?.status.name]).toEqual(['cancelled', 'KILLED_MANUALLY'])
  })
})

describe('the steps of a wait', () => {
  test('run while it waits, know of it, and their failure is the wait’s', async () => {
    const meanwhile = [{ id: 'told', ...echo('{% wait.url %}{= type(wait.id) =}') }, { action: 'TEST.FAIL' }]
    const { entries, end } = await drive({ steps: [{ id: 'q', action: 'FLOW.ASK', steps: meanwhile }] })
    const ended = entries.flatMap((entry) =>
      entry.kind === 'step' ? [[entry.path, entry.status, entry.returnValue]] : [],
    )
    expect(ended[0]).toEqual(['q/wait/told', 'DONE', 'nullstring'])
    expect(ended.map(([path, status]) => [path, status])).toEqual([
      ['q/wait/told', 'DONE'],
      ['q/wait/2', 'UNHANDLED_EXCEPTION'],
      ['q', 'CHILD_FAILED'],
    ])
    expect(end.failedStep).toBe('q/wait/2')
  })

  test('do not begin where the answer is there already', async () => {
    const job = { steps: [{ id: 'q', action: 'FLOW.ASK', steps: [echo(1)] }], output: '{: q.value :}' }
    const { output, step_runs: runs } = await runJob(job, { blocks, answers: { q: { approved: true } } })
    expect([output, runs]).toEqual([{ approved: true }, 1])
  })
})

test('a form that is no schema is refused with a pointer, one made by tags fails the step', async () => {
  const ask = (form: unknown) => ({
    variables: { t: 'pattern' },
    steps: [{ action: 'FLOW.ASK', parameters: { form } }],
  })
  const problem: unknown = await runJob(ask({ properties: { a: { pattern: 'a' } } }), { blocks }).catch(
    (error: unknown) => error,
  )
  expect(problem).toMatchObject({ errors: [{ pointer: '/steps/0/parameters/form/properties/a/pattern' }] })
  const job = await runJob(ask({ properties: { a: { '{# t #}': 'a' } } }), { blocks })
  expect(job.steps?.[0]?.status.name).toBe('INVALID_TYPE')
})

test('child jobs are made at most eight deep, and what a child refuses fails its step', async () => {
  let job: object = { steps: [echo('deepest')], output: '{: 1 :}' }
  for (let depth = 1; depth < 8; depth++) {
    job = { steps: [{ id: 'j', action: 'FLOW.JOB', parameters: { job } }], output: '{: j :}' }
  }
  expect((await runJob(job, { blocks })).output).toBe('deepest')
  const tooDeep = await runJob({ steps: [{ id: 'j', action: 'FLOW.JOB', parameters: { job } }] }, { blocks })
  expect([tooDeep.state, tooDeep.failed_step]).toEqual(['failed', 'j'])
  const refused = await runJob({ steps: [{ action: 'FLOW.JOB', parameters: { job: { steps: 5 } } }] }, { blocks })
  expect(refused.steps?.[0]?.return_value).toMatchObject({
    type: 'JobFailed',
    message: expect.stringContaining('/steps'),
  })
})
