import { expect, test } from 'vitest'
import { answers, type Mistake } from './answers.ts'
import { explore } from './explore.ts'

// Questions and their answers (docs/waiting.md), in every order in which the statements can follow each other.

test('one answer is taken, it is what the step gives unless a cancel came, and no question outlives its step', () => {
  const { states, counterexample } = explore(answers(null))
  process.stdout.write(`answers: ${states} states\n`)
  expect(counterexample).toBeNull()
  expect(states).toBeGreaterThan(50)
})

const MISTAKES: [NonNullable<Mistake>, RegExp][] = [
  ['answers after a look', /two answers were taken|after the cancel/],
  ['answers late', /ended by its time/],
  ['gives up without a look', /ended by its time/],
  ['leaves questions open', /a question is open/],
  ['answers the cancelled', /after the cancel/],
]

test.each(MISTAKES)('the exploration finds that it %s', (mistake, what) => {
  expect(explore(answers(mistake)).counterexample?.what).toMatch(what)
})
