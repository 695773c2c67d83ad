import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { takeOver, type TakenOver } from '../../../src/engine/rerun/takeOver.ts'
import type { Entry, StepEntry } from '../../../src/engine/run/entry.ts'
import { flowCases } from '../../cases/flowCases.ts'
import { fuzzing } from '../../support/fuzzing.ts'
import { systemClock } from '../../../src/process/clock.ts'
import { coarseClock, drive, type Outside, planOf, recordOf } from '../flow/drive.ts'
import { trees } from '../flow/trees.ts'

/** What depends on nothing but its definition: no clock, no count of calls. */
const steady = flowCases.filter(
  ({ name, job, refused }) =>
    refused === undefined && !/FLAKY|TOUCH|now|uuid|SLEEP/.test(JSON.stringify(job)) && name !== 'expr.job',
)

/** Each step of a record, with what a run takes over that goes on from there. */
function fromEach(job: object, entries: readonly Entry[]): { path: string; record: number; taken: TakenOver }[] {
  return entries.flatMap((entry, record) => {
    if (entry.kind !== 'step') return []
    const taken = takeOver(planOf(job), entries, { path: entry.path, record }, NOTHING_CHANGED)
    if (!('entries' in taken)) throw new Error(`${entry.path}: ${JSON.stringify(taken)}`)
    return [{ path: entry.path, record, taken }]
  })
}

const NOTHING_CHANGED = { variables: {}, now: 0, moved: false }

async function expectTheSameFromEach(job: object): Promise<void> {
  const whole = await drive(job)
  for (const { path, taken } of fromEach(job, whole.entries)) {
    const again = await drive(job, taken.entries)
    expect(recordOf(again), `from ${path}`).toEqual(recordOf(whole))
    const copies = again.entries.filter((entry) => entry.kind === 'step' && entry.copied === true)
    const steps = taken.entries.filter(({ kind }) => kind === 'step')
    expect(copies.map(({ path: copied }) => copied)).toEqual(steps.map(({ path: copied }) => copied))
  }
}

describe('a run that goes on from a step of another', () => {
  test.each(steady)(
    'of $name has the record that the whole would have had, from each of its steps',
    async ({ job }) => {
      await expectTheSameFromEach(job)
    },
  )

  test('has it for any tree of steps', async () => {
    await fc.assert(
      fc.asyncProperty(trees({}), (steps) => expectTheSameFromEach({ variables: { n: 0 }, steps })),
      { numRuns: 150 },
    )
  })

  test.each([
    { waits: true },
    { concurrent: true },
    { waits: true, concurrent: true },
    { concurrent: true, coarse: true },
    { waits: true, coarse: true, isEarly: true },
    { waits: true, concurrent: true, coarse: true, isEarly: true },
  ])(
    'ends from any step that it came to, with parts that %j, and nothing that was taken over runs again',
    async ({ coarse = false, isEarly = false, ...kinds }) => {
      const outside = (): Outside => ({ clock: coarse ? coarseClock() : systemClock, isEarly })
      await fc.assert(
        fc.asyncProperty(trees(kinds), async (steps) => {
          const job = { variables: { n: 0 }, steps }
          const whole = await drive(job, [], {}, null, outside())
          for (const { path, taken } of fromEach(job, whole.entries)) {
            const again = await drive(job, taken.entries, {}, null, outside())
            const recorded = again.entries.flatMap((entry) => (entry.kind === 'step' ? [entry] : []))
            expect(again.end.state).toMatch(/^(succeeded|failed)$/)
            expect(recorded.find((entry) => entry.path === path)?.copied, path).toBeUndefined()
            expect(new Set(recorded.map((entry) => `${entry.path} ${entry.position}`)).size).toBe(recorded.length)
          }
        }),
        fuzzing(200),
      )
    },
  )

  test('takes over what was recorded before the step, and nothing of the step itself', async () => {
    const job = {
      steps: [
        { id: 'each', action: 'FLOW.EACH', parameters: { items: [1, 2] }, steps: [{ id: 'a', action: 'LOGIC.TRUE' }] },
        { id: 'b', action: 'LOGIC.TRUE' },
      ],
    }
    const { entries } = await drive(job)
    const paths = (path: string): string[] => {
      const taken = fromEach(job, entries).find((one) => one.path === path)?.taken.entries ?? []
      return taken.filter((entry): entry is StepEntry => entry.kind === 'step').map((entry) => entry.path)
    }
    expect(paths('each/1/a')).toEqual(['each/0/a'])
    expect(paths('each')).toEqual([])
    expect(paths('b')).toEqual(['each/0/a', 'each/1/a', 'each'])
  })
})
