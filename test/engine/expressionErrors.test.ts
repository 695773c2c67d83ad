import { expect, test } from 'vitest'
import { runJob } from '../../src/compose/runJob.ts'

/** What a step ends in whose expression fails. */
async function failing(expression: string): Promise<unknown> {
  const job = await runJob({
    local_values: {
      row: { qty: '2,5', day: '2026-01-31', from: '31.1.2026', due: '2 days', paid: 'ja' },
      qty: [1, '2', null],
      long: '9'.repeat(400),
    },
    steps: [{ action: 'FLOW.SET', parameters: { value: `{= ${expression} =}` } }],
  })
  expect(job.steps?.[0]?.status.name).toBe('UNHANDLED_EXCEPTION')
  return job.steps?.[0]?.return_value
}

test.each([
  ['number(locals.row.qty) * 2', 'number(locals.row.qty): the text is no number', '2,5'],
  ['1 + locals.row.qty.number()', 'locals.row.qty.number(): the text is no number', '2,5'],
  ['bool(locals.row.paid)', 'bool(locals.row.paid): the text is neither true nor false', 'ja'],
  [
    'timestamp(locals.row.day)',
    'timestamp(locals.row.day): the text is no moment; write 2026-01-31T08:00:00Z',
    '2026-01-31',
  ],
  [
    'timestamp("2026-02-30T00:00:00Z")',
    'timestamp("2026-02-30T00:00:00Z"): there is no such date',
    '2026-02-30T00:00:00Z',
  ],
  ['duration(locals.row.due)', 'duration(locals.row.due): the text is no duration; write 90s, 5m or 1h30m', '2 days'],
  [
    'parseTime(locals.row.from, "dd.MM.yyyy")',
    'parseTime(locals.row.from, "dd.MM.yyyy"): the text does not have the form dd.MM.yyyy',
    '31.1.2026',
  ],
  ['sum(locals.qty)', 'sum(locals.qty): item 1 of the list is no number', '2'],
])('%s names the call and tells what came', async (expression, message, value) => {
  expect(await failing(expression)).toEqual({ type: 'ExpressionError', message, value })
})

test.each([
  ['format(now, "yyyy", "Europe/Pragua")', 'format(now, "yyyy", "Europe/Pragua"): there is no time zone Europe/Pragua'],
  ['sort(locals.qty)', 'sort(locals.qty): the items are unlike, or have no order'],
  [
    'where(locals.qty, "", "=", 1)',
    'where(locals.qty, "", "=", 1): there is no operator =; it knows == != < <= > >= in contains',
  ],
])('%s names the call', async (expression, message) => {
  expect(await failing(expression)).toEqual({ type: 'ExpressionError', message })
})

test('a long value is cut', async () => {
  const error = await failing('number("x" + locals.long)')
  expect(error).toMatchObject({ value: expect.stringMatching(/^"x9{253,254}…$/) })
})

test.each(['from', 'to'])('a block of moments names the parameter %s', async (name) => {
  const moments = { from: '2026-01-31T08:00:00Z', to: '2026-01-31T08:00:00Z', [name]: 'tomorrow' }
  const job = await runJob({ steps: [{ action: 'TIME.DIFF', parameters: moments }] })
  expect(job.steps?.[0]?.return_value).toEqual({
    type: 'InvalidArgument',
    message: `${name}: the text is no moment; write 2026-01-31T08:00:00Z`,
  })
})
