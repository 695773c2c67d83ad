import { describe, expect, test } from 'vitest'
import { defineBlock, InvalidArgument, type Job, runJob, type RunJobOptions, StopJob, Type } from '../../src/index.ts'

const nothing = Type.Object({})
const throwing = (action: string, error: () => unknown) =>
  defineBlock({
    action,
    description: 'Throws.',
    parameters: nothing,
    returns: Type.Null(),
    run: () => {
      throw error()
    },
  })
const giving = (action: string, make: () => unknown) =>
  defineBlock({
    action,
    description: 'Gives.',
    parameters: nothing,
    returns: Type.Unknown(),
    effects: false,
    run: make,
  })

const circle: Record<string, unknown> = {}
circle['self'] = circle

const blocks = [
  throwing('T.ERROR', () => new Error('boom')),
  throwing('T.INVALID', () => new InvalidArgument('bad')),
  throwing('T.STOP', () => new StopJob('enough')),
  throwing('T.TEXT', () => 'just text'),
  giving('T.FUNCTION', () => ({ inner: () => 1 })),
  giving('T.CIRCLE', () => circle),
  giving('T.NAN', () => Number.NaN),
  giving('T.BIGINT', () => 1n),
  giving('T.UNDEFINED', () => undefined),
  giving('T.LARGE', () => 'x'.repeat(600)),
  defineBlock({
    action: 'T.ONCE',
    description: 'Once.',
    maxUses: 1,
    parameters: nothing,
    returns: Type.Null(),
    run: () => null,
  }),
  defineBlock({
    action: 'T.STAFF',
    description: 'Tag.',
    tags: ['STAFF'],
    parameters: nothing,
    returns: Type.Null(),
    run: () => null,
  }),
  defineBlock({
    action: 'T.CHANGE_AND_FAIL',
    description: 'Changes a variable, then throws.',
    parameters: nothing,
    returns: Type.Null(),
    run: (_, { variables }) => {
      variables['changed'] = true
      throw new Error('after')
    },
  }),
]

const run = (job: object, options: RunJobOptions = {}): Promise<Job> => runJob(job, { blocks, ...options })
const names = (job: Job): string[] => job.steps?.map(({ status }) => status.name) ?? []
const forced = (...actions: string[]) => actions.map((action) => ({ action, forced: true }))

describe('statuses', () => {
  test('each kind of failure has its own, and the last one is told', async () => {
    const job = await run({
      step_limit: 10,
      steps: [
        { action: 'T.ERROR', id: 'e' },
        { action: 'LOGIC.TRUE' },
        ...forced('T.INVALID', 'T.STOP', 'NO.SUCH', 'TEXT.JOIN', 'T.STAFF', 'T.ONCE', 'T.ONCE'),
        { action: 'LOGIC.TRUE', forced: true, id: 'e' },
        ...forced('LOGIC.TRUE'),
      ],
    })
    expect(job.steps?.map(({ status }) => [status.name, status.value])).toEqual([
      ['UNHANDLED_EXCEPTION', 101],
      ['SKIPPED', 100],
      ['INVALID_ARGUMENT', 103],
      ['KILLED_MANUALLY', 111],
      ['BLOCK_NOT_FOUND', 102],
      ['INVALID_TYPE', 107],
      ['FORBIDDEN_BLOCK', 105],
      ['DONE', 0],
      ['BLOCK_LIMIT_EXCEED', 109],
      ['DUPLICATE_STEP_IDS', 104],
      ['STEP_LIMIT_EXCEED', 108],
    ])
    expect([job.state, job.success, job.failed_step]).toEqual(['failed', false, '11'])
    for (const { status, return_value } of job.steps ?? []) {
      const failed = !['DONE', 'SKIPPED'].includes(status.name)
      if (failed) expect(return_value).toMatchObject({ type: expect.any(String), message: expect.any(String) })
      else expect(return_value).toBeNull()
    }
  })

  test('the first check that holds decides: block, id, tags, uses, position', async () => {
    const job = await run({
      step_limit: 0,
      block_limit_overrides: { 'T.*': 0 },
      steps: [
        { action: 'NO.SUCH', id: 'a' },
        { action: 'T.STAFF', id: 'a', forced: true },
        ...forced('T.STAFF', 'T.ONCE', 'LOGIC.TRUE'),
      ],
    })
    const order = [
      'BLOCK_NOT_FOUND',
      'DUPLICATE_STEP_IDS',
      'FORBIDDEN_BLOCK',
      'BLOCK_LIMIT_EXCEED',
      'STEP_LIMIT_EXCEED',
    ]
    expect(names(job)).toEqual(order)
  })

  test('an id left out is the position as text, and counts', async () => {
    const job = await run({ steps: [{ action: 'LOGIC.TRUE', id: '2' }, ...forced('LOGIC.TRUE')] })
    expect(names(job)).toEqual(['DONE', 'DUPLICATE_STEP_IDS'])
  })

  test('what a step changed before it failed stays changed', async () => {
    expect((await run({ steps: [{ action: 'T.CHANGE_AND_FAIL' }] })).variables).toEqual({ changed: true })
  })

  test('a job without steps succeeds', async () => {
    expect(await run({ steps: [] })).toMatchObject({ state: 'succeeded', success: true, failed_step: null, steps: [] })
  })
})

describe('block_limit_overrides', () => {
  test.each([
    [{ 'T.ONCE': 2 }, ['DONE', 'DONE', 'BLOCK_LIMIT_EXCEED']],
    [{ 'T.ONCE': null }, ['DONE', 'DONE', 'DONE']],
    [{ 't.on?e': null, 'T.ONCE': 0 }, ['DONE', 'DONE', 'DONE']],
    [{ 'T.ONCE': 0, '*': null }, ['BLOCK_LIMIT_EXCEED', 'BLOCK_LIMIT_EXCEED', 'BLOCK_LIMIT_EXCEED']],
    [{ 'T.ONC??': null }, ['DONE', 'BLOCK_LIMIT_EXCEED', 'BLOCK_LIMIT_EXCEED']],
  ])('%j: the first that matches replaces the block’s own limit, null lifts it', async (overrides, expected) => {
    const job = await run({ block_limit_overrides: overrides, steps: forced('T.ONCE', 'T.ONCE', 'T.ONCE') })
    expect(names(job)).toEqual(expected)
  })
})

test.each(['T.FUNCTION', 'T.CIRCLE', 'T.NAN', 'T.BIGINT'])(
  'what %s gives is no JSON, and is said to be none',
  async (action) => {
    const job = await run({ steps: [{ action }] })
    expect([names(job), job.steps?.[0]?.return_value]).toEqual([
      ['UNHANDLED_EXCEPTION'],
      { type: 'TypeError', message: expect.stringMatching(/JSON|holds itself/) },
    ])
  },
)

test.each([
  [{ action: 'TEXT.JOIN' }, 'the parameters text1, text2 are missing'],
  [{ action: 'LOGIC.NONE', parameters: { x: 1 } }, 'there is no parameter x'],
  [{ action: 'LISTS.COUNT', parameters: { list: 3 } }, 'the parameter list must be an array, and is an integer'],
  [
    { action: 'LISTS.POP', parameters: { list: [], index: 'a' } },
    'the parameter index must be an integer or null, and is a string',
  ],
  [
    { action: 'LOGIC.IF', parameters: { value1: 1, value2: 1, operator: '==' } },
    'the parameter operator must be one of "=", "!=", ">", ">=", "<", "<=", "is", "is not", and is a string',
  ],
])('what does not fit %j is said in a sentence', async (step, message) => {
  expect((await run({ steps: [step] })).steps?.[0]).toMatchObject({
    status: { name: 'INVALID_TYPE' },
    return_value: { type: 'InvalidType', message },
  })
})

test('undefined is null', async () => {
  expect((await run({ steps: [{ action: 'T.UNDEFINED' }] })).steps?.[0]).toMatchObject({
    status: { value: 0 },
    return_value: null,
  })
})

describe('limits', () => {
  const limits = { valueBytes: 1000, variablesBytes: 2000, jobBytes: 3000 }
  const set = (name: string, length: number) => ({
    action: 'VARIABLE.SET',
    forced: true,
    parameters: { name, value: 'x'.repeat(length) },
  })
  const text = (length: number) => ({ action: 'TEXT.CREATE', forced: true, parameters: { value: 'x'.repeat(length) } })

  test('a value is at most so large as JSON', async () => {
    expect(names(await run({ steps: [text(998), text(999)] }, { limits }))).toEqual(['DONE', 'UNHANDLED_EXCEPTION'])
  })

  test('variables that would be too large are what they were', async () => {
    const job = await run({ steps: [set('a', 1000), set('b', 1000), set('c', 10)] }, { limits })
    expect([names(job), Object.keys(job.variables)]).toEqual([
      ['DONE', 'UNHANDLED_EXCEPTION', 'DONE'],
      ['a', 'c'],
    ])
    expect(job.steps?.[1]?.return_value).toMatchObject({ type: 'ValueTooLarge' })
  })

  test('so is everything that a job holds together', async () => {
    const job = await run({ steps: [set('a', 1500), text(900), text(900)] }, { limits })
    expect(names(job)).toEqual(['DONE', 'DONE', 'UNHANDLED_EXCEPTION'])
  })

  test('an output that is too large is left out, and named', async () => {
    const job = await run({ steps: [{ action: 'T.LARGE' }], output: '{: 1 :}{: 1 :}' }, { limits })
    expect(job).toMatchObject({ state: 'succeeded', output: null, omitted: ['output'] })
  })
})

test('the output is resolved when the job is over, also after a failure', async () => {
  const output = { ok: '{% job.success %}', 'of {% job.name %}': '{: 1.message :}' }
  expect((await run({ name: 'N', steps: [{ action: 'T.ERROR' }], output })).output).toEqual({
    ok: false,
    'of N': 'boom',
  })
})

test('results are values, variables are places: a copy of either changes nothing else', async () => {
  const append = (list: unknown, item: unknown) => ({ action: 'LISTS.APPEND', parameters: { list, item } })
  const job = await run({
    variables: { a: [1], deep: { list: [1] } },
    local_values: { local: [1] },
    steps: [
      { action: 'LISTS.COPY', id: 'copy', parameters: { list: '{# a #}' } },
      append('{# a #}', 2),
      append('{: copy :}', 3),
      append('{< local >}', 3),
      append('{# deep.list #}', 2),
      append('{# a.0: #}', 3),
      append(['{# a #}'], 3),
      append('{# a #}', '{# a #}'),
      { action: 'VARIABLE.SET', parameters: { name: 'b', value: '{# a #}' } },
      append('{# b #}', 4),
    ],
    output: ['{: copy :}', '{< local >}'],
  })
  expect(job.variables).toEqual({ a: [1, 2, [1, 2]], b: [1, 2, [1, 2], 4], deep: { list: [1, 2] } })
  expect(job.output).toEqual([[1], [1]])
})
