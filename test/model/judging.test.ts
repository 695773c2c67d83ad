import { expect, test } from 'vitest'
import { explore } from './explore.ts'
import { judging, type Mistake } from './judging.ts'

// Who may say of others that they are dead (docs/guarantees.md, 5), in every order of the statements around an outage.

test('behind an outage longer than the lease nobody is judged who had less than one to come back', () => {
  const { states, counterexample } = explore(judging(null))
  process.stdout.write(`judging: ${states} states\n`)
  expect(counterexample).toBeNull()
  expect(states).toBeGreaterThan(1000)
})

const MISTAKES: NonNullable<Mistake>[] = ['asks itself alone', 'asks the row alone', 'does not say what it knew']

test.each(MISTAKES)('the exploration finds that the one which is back first %s', (mistake) => {
  expect(explore(judging(mistake)).counterexample?.what).toBe('who had no time to come back was judged')
})
