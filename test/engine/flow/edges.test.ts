import { describe, expect, test } from 'vitest'
import { standardBlocks } from '../../../src/blocks/standard.ts'
import { runJob } from '../../../src/compose/runJob.ts'
import { createRegistry } from '../../../src/engine/registry.ts'
import { testBlocks } from '../../cases/testBlocks.ts'
import { drive } from './drive.ts'

// What the reference cases do not reach.

const blocks = createRegistry([...standardBlocks, ...testBlocks])
const set = (id: string, value: unknown, more: object = {}) => ({
  id,
  action: 'FLOW.SET',
  parameters: { value },
  ...more,
})

async function valueOf(step: object, output: unknown = '{: s :}'): Promise<unknown> {
  return (await runJob({ steps: [{ id: 's', ...step }], output }, { blocks })).output
}

test('a branch whose `if` is null has no condition, as a step: in a CHOOSE it is the else, and stands last', async () => {
  const choose = (...branches: object[]) => ({ action: 'FLOW.CHOOSE', branches })
  expect(await valueOf(choose({ if: false, output: 1 }, { if: null, output: 2 }))).toBe(2)
  await expect(valueOf(choose({ if: null, output: 1 }, { output: 2 }))).rejects.toMatchObject({
    errors: [{ pointer: '/steps/0/branches/0/if' }],
  })
  const all = { action: 'FLOW.PARALLEL', branches: [{ id: 'a', if: null, output: 1 }] }
  expect(await valueOf(all)).toEqual({ a: 1 })
})

describe('rounds', () => {
  test.each([
    ['stop', [null, null]],
    ['continue', [{ value: null }, { value: null }]],
  ])('without steps are over at once, with on_error %s', async (on_error, value) => {
    const each = { action: 'FLOW.EACH', parameters: { items: [1, 2], on_error }, steps: [] }
    expect(await valueOf(each)).toEqual(value)
  })

  /** Round 10 has a path of one character more than round 9, which has 1,024. */
  const long = (action: string, more: object) => {
    let steps: object[] = [set('y'.repeat(128), '{% index %}')]
    for (let i = 0; i < 6; i++) steps = [{ id: 'x'.repeat(128), steps }]
    return { id: 'z'.repeat(119), action, steps, ...more }
  }

  test.each([1, 4])('beyond the longest path fail, %i at a time', async (concurrency) => {
    const items = Array.from({ length: 12 }, (_, i) => i)
    const each = long('FLOW.EACH', { parameters: { items, concurrency } })
    const job = await runJob({ steps: [each] }, { blocks })
    expect([job.state, job.failed_step, job.steps?.[0]?.children]).toMatchObject([
      'failed',
      each.id,
      { done: 10, failed: 0 },
    ])
    expect(job.steps?.[0]?.return_value).toEqual({
      type: 'PathTooLong',
      message: 'the round 10 would have a path of more than 1024 characters',
    })
    const going = long('FLOW.EACH', { parameters: { items, concurrency, on_error: 'continue' } })
    const { output } = await runJob({ steps: [{ ...going }], output: `{: ${going.id} :}` }, { blocks })
    const error = (round: number) => ({
      error: {
        type: 'PathTooLong',
        message: `the round ${round} would have a path of more than 1024 characters`,
        step: going.id,
      },
    })
    expect(output).toEqual([...items.slice(0, 10).map((value) => ({ value })), error(10), error(11)])
  })

  test('of a REPEAT beyond the longest path fail, too', async () => {
    const job = await runJob({ steps: [long('FLOW.REPEAT', { until: '{= index == 11 =}' })] }, { blocks })
    expect(job.steps?.[0]).toMatchObject({
      status: { name: 'UNHANDLED_EXCEPTION' },
      return_value: { type: 'PathTooLong' },
    })
  })
})

describe('`failure`', () => {
  test('is a root in a forced step also where nothing failed, and wins over a step of that name', async () => {
    const steps = [
      set('failure', 'a step'),
      set('before', '{= failure =}'),
      set('forced', ['{= failure =}', '{= steps.failure.result =}'], { forced: true }),
      { id: 'group', forced: true, steps: [set('inner', '{= failure =}')] },
    ]
    const output = ['{: before :}', '{: forced :}', '{: group :}']
    expect((await runJob({ steps, output }, { blocks })).output).toEqual(['a step', [null, 'a step'], null])
  })

  test('is null in the undo after a cancel between two steps', async () => {
    const stop = new AbortController()
    const steps = [
      set('failure', 1, { undo: [set('u', '{= failure =}')] }),
      { action: 'FLOW.SLEEP', parameters: { for: 9 } },
    ]
    const seen: unknown[] = []
    const job = await runJob(
      { steps },
      {
        blocks,
        signal: stop.signal,
        onStepUpdate: (_job, step) => {
          seen.push(step.path)
          if (step.path === 'failure') stop.abort()
        },
      },
    )
    expect([job.state, seen]).toEqual(['cancelled', expect.arrayContaining(['failure/undo/u'])])
  })
})

test.each([
  ['retried', {}, 'UNHANDLED_EXCEPTION'],
  ['caught', { catch: { output: '{= failure.attempts =}' } }, 'HANDLED'],
])('a step whose condition can’t be told is not called, and can only be caught: %s', async (_what, more, status) => {
  const retry = { max_attempts: 3, delay: 0, on: ['ExpressionError'] }
  const step = { id: 's', action: 'TEST.LOG', parameters: { line: 'called' }, if: '{= 1 / 0 =}', retry, ...more }
  const job = await runJob({ steps: [step] }, { blocks })
  expect(job.steps?.[0]).toMatchObject({ status: { name: status }, attempt: 0 })
  expect(job.steps?.[0]?.return_value).not.toBe('called')
})

test.each([
  [{ steps: [], delay: '400d' }, '/delay'],
  [{ steps: [], timeout: '8785h' }, '/timeout'],
  [{ steps: [{ action: 'LOGIC.TRUE', retry: { max_attempts: 2, delay: '367d' } }] }, '/steps/0/retry/delay'],
  [
    { steps: [{ action: 'LOGIC.TRUE', retry: [{ max_attempts: 2, max_delay: '367d' }] }] },
    '/steps/0/retry/0/max_delay',
  ],
])('a duration of more than 366 days is refused: %j', async (job, pointer) => {
  await expect(runJob(job, { blocks })).rejects.toMatchObject({
    errors: [{ pointer, detail: 'must be at most 366 days' }],
  })
})

test.each([
  ['a block', { action: 'TEST.SLOW', parameters: { ms: 5000 } }],
  ['a wait', { action: 'FLOW.SIGNAL', parameters: { name: 'never' } }],
  ['a group', { steps: [{ action: 'TEST.SLOW', parameters: { ms: 5000 } }] }],
])('the end of a job’s own time is told as such: %s', async (_what, step) => {
  const job = await runJob({ timeout: '30ms', steps: [step] }, { blocks })
  expect(job.error?.message).toBe('the job took longer than 0.03 seconds')
})

test('children in memory that end at the same moment are each heard of', async () => {
  const items = Array.from({ length: 40 }, (_, i) => i)
  const child = { steps: [{ action: 'TEST.ECHO_ASYNC', parameters: { value: '{< n >}' } }], output: '{: 1 :}' }
  const job = { action: 'FLOW.JOB', parameters: { local_values: { n: '{% item %}' }, job: child } }
  const each = { id: 's', action: 'FLOW.EACH', parameters: { items, concurrency: 40 }, steps: [job] }
  // What comes while a hook is waited for is there all at once.
  const hold = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const steps = [
    {
      id: 'p',
      action: 'FLOW.PARALLEL',
      branches: [
        { id: 'each', steps: [each] },
        { id: 'busy', steps: items.map(() => ({ action: 'TEST.ECHO_ASYNC' })) },
      ],
      output: '{: each :}',
    },
  ]
  expect((await runJob({ steps, output: '{: p :}' }, { blocks, onStepUpdate: hold })).output).toEqual(items)
})

test('a catch may name what a child job failed with, and JobFailed still tells what the step failed with', async () => {
  const child = { steps: [{ action: 'TEST.ERROR', parameters: { type: 'CardDeclined' } }] }
  const held = (on: string) =>
    valueOf({
      action: 'FLOW.JOB',
      parameters: { job: child },
      catch: [{ on: [on], output: '{= failure.type =}' }, { output: 'not named' }],
    })
  expect(await Promise.all(['CardDeclined', 'JobFailed', 'Other'].map(held))).toEqual([
    'JobFailed',
    'JobFailed',
    'not named',
  ])
})

test.each(['if', 'output'])(
  'what failed first stands beside the error of a catch whose %s can’t be told',
  async (part) => {
    const bad = { id: 's', action: 'TEST.ERROR', parameters: { type: 'Bad' }, catch: { [part]: '{= 1 / 0 =}' } }
    const job = await runJob({ steps: [bad] }, { blocks })
    expect(job.steps?.[0]).toMatchObject({ return_value: { type: 'ExpressionError' }, error: { type: 'Bad' } })
  },
)

describe('a job with all the records that it may have', () => {
  const each = (steps: object[]) => ({
    id: 'e',
    action: 'FLOW.EACH',
    parameters: { items: '{= range(3000) =}' },
    steps,
    catch: { on: ['STEP_LIMIT_EXCEED', 'CHILD_FAILED'] },
  })
  const ends = async (steps: object[]) => {
    const { entries } = await drive({ steps: [each(steps), set('after', 1)] }, [], { stepRuns: 20 })
    return entries.flatMap((entry) => (entry.kind === 'step' ? [`${entry.path} ${entry.status}`] : []))
  }

  test('refuses the step beyond them, and never what it stands in: that fails with it, and is held by no catch', async () => {
    expect((await ends([set('a', 1)])).slice(-3)).toEqual(['e/19/a DONE', 'e/20/a STEP_LIMIT_EXCEED', 'e CHILD_FAILED'])
    const group = { id: 'g', steps: [{ id: 'h', steps: [set('a', 1)] }] }
    // Round 6 has records 19 to 21.
    expect((await ends([group])).slice(-6)).toEqual([
      'e/6/g/h DONE',
      'e/6/g DONE',
      'e/7/g/h/a STEP_LIMIT_EXCEED',
      'e/7/g/h CHILD_FAILED',
      'e/7/g CHILD_FAILED',
      'e CHILD_FAILED',
    ])
  })

  test('gets a bounded number more of steps that hold none', async () => {
    const records = await ends([{ id: 'g', steps: [] }])
    expect(records.slice(-2)).toEqual(['e/1020/g STEP_LIMIT_EXCEED', 'e CHILD_FAILED'])
  })
})
