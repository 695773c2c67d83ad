import { expect, test } from 'vitest'
import { edges, type Mistake } from './edges.ts'
import { explore } from './explore.ts'

// Scheduled jobs, and jobs that are over (docs/lifecycle.md), in every order in which the statements can follow each other.

test('a scheduled job begins once, at the moment that it has then, or is cancelled; it goes when all know of its end', () => {
  const { states, counterexample } = explore(edges(null))
  process.stdout.write(`edges: ${states} states\n`)
  expect(counterexample).toBeNull()
  expect(states).toBeGreaterThan(200)
})

const MISTAKES: [NonNullable<Mistake>, RegExp][] = [
  ['reschedules what it saw', /began twice|after its cancel|before its moment/],
  ['reschedules the cancelled', /after its cancel/],
  ['keeps a moment that is past', /nothing will wake it/],
  ['wakes what it saw', /before its moment/],
  ['removes the untold', /a parent waits/],
  ['removes the unsent', /before it was sent/],
]

test.each(MISTAKES)('the exploration finds that it %s', (mistake, what) => {
  expect(explore(edges(mistake)).counterexample?.what).toMatch(what)
})
