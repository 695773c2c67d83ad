import { expect, test } from 'vitest'
import { runJob } from '../../src/compose/runJob.ts'

/** The bounds are in bytes of JSON: what has few of them passes, whatever it weighs in memory. */
const deep = (levels: number): unknown => (levels === 0 ? [] : [deep(levels - 1)])

test.each([
  ['lists of one number', Array.from({ length: 260_000 }, () => [1])],
  ['empty lists', Array.from({ length: 340_000 }, () => [])],
  ['empty objects', Array.from({ length: 340_000 }, () => ({}))],
  ['lists in lists', Array.from({ length: 2600 }, () => deep(190))],
  ['numbers of one digit', Array.from({ length: 520_000 }, () => 1)],
  ['text', 'x'.repeat(1_048_574)],
])('a return value of nearly a MiB of %s is a value', async (_, list) => {
  const job = await runJob({
    local_values: { list },
    steps: [
      { action: 'OBJECT.COPY', parameters: { value: '{< list >}' } },
      { action: 'OBJECT.LENGTH', parameters: { value: '{: 1 :}' } },
    ],
  })
  expect(job.success).toBe(true)
  expect(job.steps?.[1]?.return_value).toBe(list.length)
})

test.each([
  ['lists in lists', Array.from({ length: 2600 }, () => deep(190))],
  ['numbers of one digit', Array.from({ length: 500_000 }, () => 1)],
])('nearly four MiB of %s in variables can be handed to a block', async (_, list) => {
  const job = await runJob({
    variables: { a: list, b: list, c: list, d: list },
    steps: [{ action: 'TEXT.IS_TEXT', parameters: { value: '{% job.variables %}' } }],
  })
  expect(job.steps?.[0]).toMatchObject({ status: { name: 'DONE' }, return_value: false })
})
