import { expect, test } from 'vitest'
import { validateJob } from '../../../src/compose/validateJob.ts'

const steps = (make: (i: number) => object): object[] => Array.from({ length: 1000 }, (_, i) => make(i))
const echo = (value: unknown, id: string): object => ({ action: 'TEXT.CREATE', id, parameters: { value } })

/** Definitions of about a megabyte in which as much as possible is wrong. */
const bad: readonly (readonly [name: string, job: object])[] = [
  [
    'tags of no step',
    {
      steps: steps((i) =>
        echo(
          Array.from({ length: 80 }, (_, k) => `{: stpe${k} :}`),
          `step${i}`,
        ),
      ),
    },
  ],
  ['texts full of tags', { steps: steps((i) => echo('{: step999 :}'.repeat(70), `step${i}`)) }],
  ['actions that are none', { steps: steps((i) => ({ action: `NO.SUCH${i}` })) }],
  [
    'parameters that are none',
    {
      steps: [
        { action: 'TEXT.JOIN', parameters: Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`p${i}`, 1])) },
      ],
    },
  ],
]

test.each(bad)('%s: 200 problems are told, and the rest costs little', (_, job) => {
  const before = process.threadCpuUsage()
  expect(validateJob(job).problems).toHaveLength(200)
  const { user, system } = process.threadCpuUsage(before)
  // Some 200 ms on a busy machine; it took minutes where each name was held against a thousand others.
  expect((user + system) / 1000).toBeLessThan(4000)
})
