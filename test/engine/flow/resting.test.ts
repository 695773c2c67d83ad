import { expect, test } from 'vitest'
import { createRun, next } from '../../../src/engine/run/run.ts'
import { DEFAULT_LIMITS } from '../../../src/engine/run/limits.ts'
import { isResting } from '../../../src/engine/run/time.ts'
import { planOf } from './drive.ts'

const START = 1_000_000
const ignore = (): void => undefined
const sleep = (time: unknown) => [{ action: 'FLOW.SLEEP', parameters: { for: time } }]
const every = (time: unknown) => [{ action: 'FLOW.REPEAT', parameters: { every: time }, steps: [], until: false }]
const asks = (timeout: unknown) => [{ action: 'FLOW.ASK', timeout }]

/** Whether a run that waits leaves its place when it is looked at some milliseconds after its wait began. */
function leavesAfter(milliseconds: number, job: object): boolean {
  let now = START
  const run = createRun(
    planOf(job),
    {
      job: { id: 'a', tenant: 'default', name: null, tags: [], metadata: {} },
      createdAt: START,
      clock: { now: () => now, monotonic: () => now, after: () => ignore },
      limits: DEFAULT_LIMITS,
      globals: {},
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      random: () => 0,
      idempotencyKey: (path) => path,
    },
    START,
  )
  for (let happened = next(run); happened.kind !== 'idle'; happened = next(run)) {
    if (happened.kind !== 'mark' && happened.kind !== 'waiting') throw new Error(`it does not wait: ${happened.kind}`)
  }
  now += milliseconds
  return isResting(run)
}

test.each([
  ['a second', { steps: sleep('1s') }, 30, true],
  ['a second between rounds', { steps: every(1) }, 30, true],
  ['a second that is given for an answer', { steps: asks('1s') }, 30, true],
  ['a second of which little is left', { steps: sleep('1s') }, 900, false],
  ['an hour of which little is left', { steps: sleep('1h') }, 3_599_900, false],
  ['less than a second', { steps: sleep('999ms') }, 0, false],
  ['an hour in a job that has a second in all', { timeout: 1, steps: sleep('1h') }, 30, true],
  ['an hour in a job that has less', { timeout: '900ms', steps: sleep('1h') }, 0, false],
  ['an answer, for ever', { steps: asks(null) }, 0, true],
])('a wait of %s leaves its place or not: %j after %i ms: %s', (_what, job, milliseconds, leaves) => {
  expect(leavesAfter(milliseconds, job)).toBe(leaves)
})
