import { expect, test } from 'vitest'
import { explore } from './explore.ts'
import { type Mistake, protocol } from './protocol.ts'

// The protocol of docs/lifecycle.md, in every order in which its statements can follow each other.

test.each([
  ['with an end of its own', true],
  ['without one', false],
])('a wait %s: nothing recorded runs again, nothing ends twice, no signal and no cancel is lost', (_what, deadline) => {
  const { states, counterexample } = explore(protocol(null, deadline))
  process.stdout.write(`protocol: ${states} states\n`)
  expect(counterexample).toBeNull()
  expect(states).toBeGreaterThan(1000)
})

const MISTAKES: [NonNullable<Mistake>, boolean, RegExp][] = [
  ['suspends after a look', false, /a signal is lost/],
  ['wakes what it saw', true, /was woken again/],
  ['cancel wakes nobody', false, /a cancel is lost/],
  ['a fence comes back', true, /under one fence|begun again|ended twice/],
  ['writes without a fence', true, /wrote of it|begun again|ended twice/],
  ['judges an old lease', true, /with a lease/],
]

test.each(MISTAKES)('the exploration finds that the protocol %s', (mistake, deadline, what) => {
  const { counterexample } = explore(protocol(mistake, deadline))
  expect(counterexample?.what).toMatch(what)
})
