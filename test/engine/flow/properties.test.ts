import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ProblemError } from '../../../src/wire/problem.ts'
import { fuzzing } from '../../support/fuzzing.ts'
import { systemClock } from '../../../src/process/clock.ts'
import { drive, type Driven, recordOf } from './drive.ts'
import { trees } from './trees.ts'

const limits = { stepTimeoutMs: 1000, stepRuns: 60 }

/** Runs a tree; null where it is refused. */
async function run(job: object, isEarly = false): Promise<Driven | null> {
  try {
    return await drive(job, [], limits, null, { clock: systemClock, isEarly })
  } catch (error) {
    if (error instanceof ProblemError) return null
    throw error
  }
}

test.each([
  ['once nothing else can happen', false],
  ['while blocks are called', true],
])(
  'any tree, sent what it waits for %s, goes on from wherever it is cut off to the same record',
  async (_, isEarly) => {
    let ended = 0
    await fc.assert(
      fc.asyncProperty(
        trees({ waits: true }),
        fc.option(trees({ waits: true })),
        fc.nat(),
        async (steps, handler, place) => {
          const job = { variables: { n: 1 }, steps, ...(handler === null ? {} : { on_failure: handler }) }
          const whole = await run(job, isEarly)
          if (whole === null) return
          ended++
          const cut = place % (whole.entries.length + 1)
          const resumed = await drive(job, whole.entries.slice(0, cut), limits, null, { clock: systemClock, isEarly })
          expect(recordOf(resumed)).toEqual(recordOf(whole))
        },
      ),
      fuzzing(300),
    )
    expect(ended).toBeGreaterThan(50)
  },
)

test('a tree that is cancelled goes on from wherever it is cut off after that to the same record', async () => {
  let cancelled = 0
  await fc.assert(
    fc.asyncProperty(trees({ waits: true }), fc.nat(), fc.nat(), async (steps, when, place) => {
      const job = { variables: { n: 1 }, steps }
      const plain = await run(job)
      if (plain === null) return
      const whole = await drive(job, [], limits, when % (plain.entries.length + 1))
      const at = whole.entries.findIndex((entry) => entry.kind === 'mark' && entry.mark.kind === 'cancelled')
      if (at < 0) return
      cancelled++
      const cut = at + 1 + (place % (whole.entries.length - at))
      expect(recordOf(await drive(job, whole.entries.slice(0, cut), limits))).toEqual(recordOf(whole))
    }),
    fuzzing(300),
  )
  expect(cancelled).toBeGreaterThan(50)
})

test('any tree with parts side by side ends, wherever it is cut off, and nothing on record is on it again', async () => {
  await fc.assert(
    fc.asyncProperty(
      trees({ concurrent: true, waits: true }),
      fc.option(trees({ concurrent: true, waits: true })),
      fc.nat(),
      async (steps, handler, place) => {
        const job = { variables: { n: 1 }, steps, ...(handler === null ? {} : { on_failure: handler }) }
        const whole = await run(job)
        if (whole === null) return
        const again = await drive(job, whole.entries, limits)
        expect(recordOf(again)).toEqual(recordOf(whole))
        const { end, entries } = await drive(job, whole.entries.slice(0, place % (whole.entries.length + 1)), limits)
        expect(end.state).toMatch(/^(succeeded|failed)$/)
        const recorded = entries.flatMap((entry) => (entry.kind === 'step' ? [`${entry.path} ${entry.position}`] : []))
        expect(new Set(recorded).size).toBe(recorded.length)
      },
    ),
    fuzzing(300),
  )
})
