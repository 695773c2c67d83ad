import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isChanged, isFiniteLiteral, pickNumbers } from '../../src/engine/values/numberLiterals.ts'

const isLossy = (literal: string): boolean => !isFiniteLiteral(literal) || isChanged(literal)

/** What JSON.parse tells of how each number was written. */
function written(text: string): string[] {
  const literals: string[] = []
  JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value === 'number') literals.push(context?.source ?? '')
    return value
  })
  return literals
}

const digits = fc.stringMatching(/^[1-9]\d{0,24}$/)
const number = fc.oneof(
  digits,
  fc.tuple(digits, digits).map(([whole, fraction]) => `-${whole}.${fraction}`),
  fc.tuple(digits, fc.constantFrom('e400', 'E-3', 'e+7')).map(([whole, power]) => `${whole}${power}`),
)
/** Strings that look like numbers, or whose quotes and backslashes could hide where they end. */
const string = fc
  .array(fc.constantFrom('"', '\\', '12345678901234567890', '1e5', ',', ':', '[', '{', 'ü', 'x'), { maxLength: 8 })
  .map((parts) => JSON.stringify(parts.join('')))
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    number,
    string,
    fc.array(tie('json'), { maxLength: 4 }).map((items) => `[ ${items.join(' ,')}]`),
    fc
      .array(fc.tuple(string, tie('json')), { maxLength: 4 })
      .map((members) => `{${members.map(([key, value], i) => `"k${i}${key.slice(1)} :${value}`).join(', ')}}`),
  ),
}))

test('numbers that a double would change are found wherever they stand, and none in a string', () => {
  fc.assert(
    fc.property(json, (text) => {
      expect(pickNumbers(text, isLossy).map(({ literal }) => literal)).toEqual(written(text).filter(isLossy))
    }),
    { numRuns: 3000 },
  )
})

test('a number of a million digits, and a million backslashes, are looked at once', () => {
  const text = `[${'1'.repeat(1_000_000)},"${'\\\\'.repeat(500_000)}","${'1e'.repeat(500_000)}"]`
  let asked = 0
  const picked = pickNumbers(text, () => asked++ > 0)
  expect([asked, picked]).toEqual([1, []])
})

test('a text that is no JSON, whose string never ends, is looked at once too', () => {
  expect(pickNumbers('{"a": "1e5', isLossy)).toEqual([])
})
