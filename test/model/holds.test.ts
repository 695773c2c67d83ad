import { expect, test } from 'vitest'
import { explore } from './explore.ts'
import { holds, type Mistake } from './holds.ts'

// Who holds a job with paths side by side, its writes in a group (docs/guarantees.md), in every order of the statements.

test('no path that is on record is called again, none is lost, and a group holds what each of its jobs may write', () => {
  const { states, counterexample } = explore(holds(null))
  process.stdout.write(`holds: ${states} states\n`)
  expect(counterexample).toBeNull()
  expect(states).toBeGreaterThan(1000)
})

const MISTAKES: [NonNullable<Mistake>, RegExp][] = [
  ['begins what it gave back', /called again/],
  ['trusts an old proof', /on record is called again/],
  ['drains without a write', /called again, and nothing was lost/],
  ['loses the group with one', /is lost/],
  ['writes the group with one', /wrote of it/],
  ['takes one path for all', /a path is lost/],
]

test.each(MISTAKES)('the exploration finds that a replica %s', (mistake, what) => {
  expect(explore(holds(mistake)).counterexample?.what).toMatch(what)
})
