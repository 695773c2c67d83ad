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

test.each([
  ['with an end of its own', true],
  ['without one', false],
])(
  'a wait %s for a child job: its end is neither lost nor doubled, whoever tells of it, and when',
  (_what, deadline) => {
    const { states, counterexample } = explore(protocol(null, deadline, true))
    process.stdout.write(`protocol with a child: ${states} states\n`)
    expect(counterexample).toBeNull()
    expect(states).toBeGreaterThan(500)
  },
)

const CHILD_MISTAKES: [NonNullable<Mistake>, RegExp][] = [
  ['tells from memory', /end of a child is lost/],
  ['tells, then notes', /came twice/],
  ['suspends after a look', /is lost: the job waits/],
]

test.each(CHILD_MISTAKES)('the exploration finds that who ends a child %s', (mistake, what) => {
  expect(explore(protocol(mistake, false, true)).counterexample?.what).toMatch(what)
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
