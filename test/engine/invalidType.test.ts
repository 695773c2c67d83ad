import { expect, test } from 'vitest'
import { runJob } from '../../src/compose/runJob.ts'

/** What the second of two steps ends in; the first, `c`, gives a customer. */
async function failing(parameters: object, action = 'TEXT.JOIN'): Promise<unknown> {
  const customer = { action: 'DICTIONARY.CREATE', id: 'c', parameters: { id: 7, name: 'Ada', plan: { level: 2 } } }
  const variables = { order: { total: 5 }, long: 'x'.repeat(400), none: '' }
  const job = await runJob({
    variables,
    local_values: { user: { mail: 'a@b' } },
    steps: [customer, { action, parameters }],
  })
  expect(job.steps?.[1]?.status.name).toBe('INVALID_TYPE')
  return job.steps?.[1]?.return_value
}

test.each([
  [
    { text1: '{: c.nmae :}', text2: '' },
    { parameter: '/text1', expected: 'string', actual: 'null', value: null, from: '{: c.nmae :}' },
    'the parameter text1 must be a string; {: c.nmae :} gave null (c has: id, name, plan)',
  ],
  [
    { text1: '{: c.plan.levle :}', text2: '' },
    { parameter: '/text1', expected: 'string', actual: 'null', value: null, from: '{: c.plan.levle :}' },
    'the parameter text1 must be a string; {: c.plan.levle :} gave null (c.plan has: level)',
  ],
  [
    { text1: '{# order.sum #}', text2: '' },
    { parameter: '/text1', expected: 'string', actual: 'null', value: null, from: '{# order.sum #}' },
    'the parameter text1 must be a string; {# order.sum #} gave null (order has: total)',
  ],
  [
    { text1: ' {= c.id + 1 =}', text2: '' },
    { parameter: '/text1', expected: 'string', actual: 'integer', value: 8, from: '{= c.id + 1 =}' },
    'the parameter text1 must be a string; {= c.id + 1 =} gave integer',
  ],
  [
    { text1: '{= c.plan.levle =}', text2: '' },
    { parameter: '/text1', expected: 'string', actual: 'null', value: null, from: '{= c.plan.levle =}' },
    'the parameter text1 must be a string; {= c.plan.levle =} gave null (c.plan has: level)',
  ],
  [
    { text1: '{= vars.order.sum =}', text2: '' },
    { parameter: '/text1', expected: 'string', actual: 'null', value: null, from: '{= vars.order.sum =}' },
    'the parameter text1 must be a string; {= vars.order.sum =} gave null (vars.order has: total)',
  ],
  [
    { text1: '{# order.total #}', text2: '' },
    { parameter: '/text1', expected: 'string', actual: 'integer', value: 5, from: '{# order.total #}' },
    'the parameter text1 must be a string; {# order.total #} gave integer',
  ],
  [
    {},
    { parameter: '/text1', expected: 'string', actual: 'nothing', value: null, from: null },
    'the parameters text1, text2 are missing',
  ],
  [
    { text1: 5, text2: '' },
    { parameter: '/text1', expected: 'string', actual: 'integer', value: 5, from: null },
    'the parameter text1 must be a string, and is an integer',
  ],
  [
    { text1: 'a' },
    { parameter: '/text2', expected: 'string', actual: 'nothing', value: null, from: null },
    'the parameter text2 is missing',
  ],
  [
    { text1: 'a', text2: 'b', text3: true },
    { parameter: '/text3', expected: 'no such parameter', actual: 'boolean', value: true, from: null },
    'there is no parameter text3',
  ],
])(
  'the error of %j says which parameter, what was wanted, what came, and from where',
  async (parameters, error, message) => {
    expect(await failing(parameters)).toEqual({ type: 'InvalidType', message, ...error })
  },
)

test('a place in a parameter is named, and the tag that gave what it stands in', async () => {
  expect(await failing({ text: '<a/>', lists: ['a', '{: c.id :}'] }, 'XML.PARSE')).toMatchObject({
    parameter: '/lists/1',
    actual: 'integer',
    value: 7,
    from: '{: c.id :}',
  })
})

test.each([
  ['TEXT.MATCH', { text: '', pattern: '' }, 'pattern must be a string of 1 to 1000 characters, and is an empty string'],
  ['TEXT.MATCH', { text: '', pattern: 'a', limit: 0 }, 'limit must be an integer ≥ 1 and ≤ 10000, and is 0'],
  ['CSV.PARSE', { text: '', delimiter: '' }, 'delimiter must be a string of 1 character, and is an empty string'],
  [
    'CSV.PARSE',
    { text: '', delimiter: '{# none #}' },
    'delimiter must be a string of 1 character; {# none #} gave an empty string',
  ],
])(
  '%s %j: what is out of bounds is told by its measure, not by a type that is right',
  async (action, parameters, said) => {
    expect(await failing(parameters, action)).toMatchObject({ message: `the parameter ${said}` })
  },
)

test('a long value is cut, and says so', async () => {
  const { value } = (await failing({ list: '{# long #}' }, 'LISTS.COUNT')) as { value: string }
  expect(value).toHaveLength(256)
  expect(value.endsWith('…')).toBe(true)
})

test.each([
  [
    'vars.order.sum + 1',
    'vars.order.sum is null; + takes two numbers, two texts, two lists, or a timestamp and a duration (vars.order has: total)',
  ],
  ['upper(vars.order.sum.a)', 'vars.order.sum.a is null; upper takes a text (vars.order has: total)'],
  [
    '1 < vars["oder"]',
    'vars["oder"] is null; < takes two numbers, two texts, two timestamps or two durations (vars has: order)',
  ],
  ['first([]) + 1', 'first([]) is null; + takes two numbers, two texts, two lists, or a timestamp and a duration'],
])('an expression that misses a value says what is there instead: %s', async (expression, message) => {
  const steps = [{ action: 'TEXT.CREATE', parameters: { value: `{= ${expression} =}` } }]
  const job = await runJob({ variables: { order: { total: 5 } }, steps })
  expect(job.steps?.[0]?.return_value).toEqual({ type: 'ExpressionError', message })
})
