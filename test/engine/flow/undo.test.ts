import { describe, expect, test } from 'vitest'
import { standardBlocks } from '../../../src/blocks/standard.ts'
import { runJob } from '../../../src/compose/runJob.ts'
import { defineBlock, Type } from '../../../src/engine/block.ts'
import { createRegistry } from '../../../src/engine/registry.ts'
import { testBlocks } from '../../cases/testBlocks.ts'

// What the reference cases leave open: when and for what is undone, and what comes in between.

const stop = { now: (): void => undefined }
const stopping = defineBlock({
  action: 'TEST.STOPPING',
  description: 'Has the job cancelled while it runs.',
  parameters: Type.Object({}),
  returns: Type.String(),
  run: async () => {
    stop.now()
    await new Promise((resolve) => setImmediate(resolve))
    return 'stopped'
  },
})
const blocks = createRegistry([...standardBlocks, ...testBlocks, stopping])

const set = (id: string, value: unknown, more: object = {}) => ({
  id,
  action: 'FLOW.SET',
  parameters: { value },
  ...more,
})
const undone = (id: string) => set(id, id, { undo: [set('u', '{= failure =}')] })
const slow = (id: string, ms: number) => ({ id, action: 'TEST.SLOW', parameters: { ms } })
const fails = { id: 'f', action: 'FLOW.FAIL', parameters: { type: 'Broke' } }
const flow = (id: string, action: string, more: object) => ({ id, action: `FLOW.${action}`, ...more })

/** Runs steps; gives every record as `PATH STATUS`, and the values by path. */
async function run(steps: object[], more: object = {}, options: Parameters<typeof runJob>[1] = {}) {
  const records: string[] = []
  const values: Record<string, unknown> = {}
  const job = await runJob(
    { steps, ...more },
    {
      blocks,
      ...options,
      onStepUpdate: (_job, step) => {
        records.push(`${step.path} ${step.status.name}`)
        values[step.path] = step.return_value
      },
    },
  )
  return { job, records, values }
}

describe('what comes while something is being undone', () => {
  test('a cancel: the undo that runs goes on, and the next one follows it', async () => {
    const controller = new AbortController()
    stop.now = () => controller.abort()
    const steps = [
      set('a', 1, { undo: [set('u', 1)] }),
      set('b', 2, { undo: [{ id: 'u', action: 'TEST.STOPPING' }, set('v', 2)] }),
      fails,
    ]
    const { job, records } = await run(steps, {}, { signal: controller.signal })
    expect(job.state).toBe('cancelled')
    expect(records.slice(2)).toEqual(['f UNHANDLED_EXCEPTION', 'b/undo/u DONE', 'b/undo/v DONE', 'a/undo/u DONE'])
  })

  const undoing = [
    set('a', 1, { undo: [slow('u', 30), set('v', 1)] }),
    set('b', 2, { undo: [slow('u', 30), set('v', 2)] }),
    fails,
  ]
  const inOrder = ['b/undo/u DONE', 'b/undo/v DONE', 'a/undo/u DONE', 'a/undo/v DONE']

  test.each([
    [
      'another branch fails',
      flow('p', 'PARALLEL', {
        branches: [
          { id: 'x', steps: undoing },
          { id: 'y', steps: [{ action: 'TEST.ECHO_ASYNC' }, fails] },
        ],
      }),
      'p/x/',
    ],
    ['the time of what it stands in is up', flow('p', 'DO', { timeout: '10ms', steps: undoing }), 'p/'],
    [
      'the time of what its steps run beside is up',
      flow('p', 'PARALLEL', {
        branches: [
          { id: 'x', steps: [flow('w', 'SIGNAL', { parameters: { name: 'n' }, timeout: '10ms', steps: undoing })] },
          { id: 'y', steps: [slow('s', 20)] },
        ],
      }),
      'p/x/w/wait/',
    ],
  ])('%s: nothing is undone beside it, and nothing is left', async (_what, step, prefix) => {
    const { records } = await run([step])
    expect(records.filter((record) => record.startsWith(prefix) && record.includes('/undo/'))).toEqual(
      inOrder.map((record) => prefix + record),
    )
  })
})

describe('`failure` in an undo', () => {
  const broke = { type: 'Broke', message: '', status: 'UNHANDLED_EXCEPTION', attempts: 1 }
  const late = { type: 'TimeoutError', status: 'UNHANDLED_EXCEPTION', step: 'p' }

  test.each([
    ['what failed beside it', flow('p', 'DO', { steps: [undone('a'), fails] }), 'p/a', { ...broke, step: 'p/f' }],
    [
      'what failed in another branch',
      flow('p', 'PARALLEL', {
        branches: [
          { id: 'x', steps: [undone('a'), slow('s', 60_000)] },
          { id: 'y', steps: [slow('s', 10), fails] },
        ],
      }),
      'p/x/a',
      { ...broke, step: 'p/y/f' },
    ],
    [
      'the time that was up',
      flow('p', 'DO', { timeout: '20ms', steps: [undone('a'), slow('s', 60_000)] }),
      'p/a',
      late,
    ],
    [
      'the time that was up further out',
      flow('p', 'DO', { timeout: '20ms', steps: [{ id: 'q', steps: [undone('a'), slow('s', 60_000)] }] }),
      'p/q/a',
      late,
    ],
    [
      'what its container failed with',
      flow('p', 'REPEAT', { parameters: { max: 1 }, steps: [undone('a')], until: false }),
      'p/0/a',
      { type: 'LimitReached', step: 'p' },
    ],
    [
      'an output that could not be told',
      flow('p', 'EACH', { parameters: { items: [1] }, steps: [undone('a')], output: '{= 1 / 0 =}' }),
      'p/0/a',
      { type: 'ExpressionError', step: 'p' },
    ],
  ])('is %s', async (_what, step, path, failure) => {
    const { values } = await run([step])
    expect(values[`${path}/undo/u`]).toMatchObject(failure)
  })

  test('is null where another branch was first, whatever failed before', async () => {
    const first = flow('p', 'PARALLEL', {
      parameters: { first: true },
      branches: [
        { id: 'x', steps: [undone('a'), slow('s', 60_000)] },
        { id: 'y', steps: [fails] },
        { id: 'z', steps: [slow('s', 10)] },
      ],
    })
    expect((await run([first])).values).toMatchObject({ 'p/x/a/undo/u': null, p: { branch: 'z' } })
  })
})

test('what ran while a step waited is undone when nobody came', async () => {
  const meanwhile = [undone('a'), { id: 'q', steps: [undone('b'), flow('s', 'SLEEP', { parameters: { for: '1h' } })] }]
  const wait = { parameters: { name: 'go' }, steps: meanwhile, timeout: '20ms', catch: { output: 'nobody came' } }
  expect((await run([flow('w', 'SIGNAL', wait)])).records).toEqual([
    'w/wait/a DONE',
    'w/wait/q/b DONE',
    'w/wait/q/s STOPPED',
    'w/wait/q/b/undo/u DONE',
    'w/wait/q STOPPED',
    'w/wait/a/undo/u DONE',
    'w HANDLED',
  ])
})
