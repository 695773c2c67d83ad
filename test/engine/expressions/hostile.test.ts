import { describe, expect, test } from 'vitest'
import { ExpressionError } from '../../../src/engine/expressions/error.ts'
import { Work } from '../../../src/engine/expressions/work.ts'
import { parseTemplate } from '../../../src/engine/tags/tags.ts'
import { evaluateText } from './evaluateText.ts'
import { hostileExpressions } from './hostile.ts'

/** Processor time of this thread, which other load on the machine lengthens little. */
function cost(run: () => unknown): number {
  const before = process.threadCpuUsage()
  run()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

describe('the worst that can be written', () => {
  test.each(hostileExpressions)(
    '$name: gives a value or an ExpressionError, within what is counted',
    ({ text, roots }) => {
      const work = new Work(1_048_576)
      const allowed = work.left
      const milliseconds = cost(() => {
        try {
          evaluateText(text, roots, work)
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError)
        }
      })
      // What would go too far is counted before it is done, so at most one operation was counted beyond.
      expect(allowed - work.left).toBeGreaterThan(0)
      // Bound loosely: within 50 ms on a machine of its own.
      expect(milliseconds).toBeLessThan(1000)
    },
  )

  test('what one step has spent, its next expression has not', () => {
    const work = new Work(1_048_576)
    const list = Array.from({ length: 100_000 }, (_, i) => i % 977)
    const sorting = (): unknown => evaluateText('size(list.sort()) + size(list.reverse())', { list }, work)
    expect(() => {
      for (let i = 0; i < 100; i++) sorting()
    }).toThrow(ExpressionError)
    expect(() => sorting()).toThrow('too much to do')
  })
})

describe('the end of an expression is found in linear time', () => {
  test.each([
    ['opened and never closed', '{= '],
    ['in a string that is never closed', '{= "'],
    ['in strings of two kinds', `{= "'`],
    ['before escaped quotes', '{= \\"'],
    ['before escaped quotes of two kinds', `{= \\"\\'`],
    ['before three quotes', '{= """'],
    ['in a raw string', `{= r'`],
    ['in a comment', '{= //'],
    ['in other tags', '{# {= '],
    ['ended in a string', '{= " =}'],
    ['whole', '{= 1 =}'],
    ['in each other', '{= {= =}'],
  ])('for a megabyte of them that are %s', (_, unit) => {
    const costOf = (characters: number) => cost(() => parseTemplate(unit.repeat(characters / unit.length)))
    // Four times as much: what looks at all that follows for each of them would take sixteen times as long, and minutes.
    const quarter = costOf(250_000)
    expect(costOf(1_000_000)).toBeLessThan(10 * quarter + 500)
  })
})
