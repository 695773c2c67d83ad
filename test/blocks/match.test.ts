import { describe, expect, test } from 'vitest'
import { match } from '../../src/blocks/text/match.ts'
import type { Json } from '../../src/engine/values/json.ts'
import { callBlock, type Case, invalidArgument, invalidType, raises, returns, testCases } from './callBlock.ts'
import { longestHold } from './longestHold.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const found = (text: string, index: number, groups: Json[] = [], named: Record<string, Json> = {}): Json => ({
  match: text,
  index,
  groups,
  named,
})
const gives = (text: string, pattern: string, value: Json, more: object = {}): Case => [
  'TEXT.MATCH',
  { text, pattern, ...more },
  returns(value),
]

const CASES: readonly Case[] = [
  gives('abc', 'x', null),
  gives('abc', 'x', [], { all: true }),
  gives('', '^$', found('', 0)),
  gives('a1b22', '[0-9]+', [found('1', 1), found('22', 3)], { all: true }),
  gives('aaa', 'a', [found('a', 0), found('a', 1)], { all: true, limit: 2 }),
  gives('😀é1', '[0-9]', found('1', 2)),
  gives('😀😀', '.', [found('😀', 0), found('😀', 1)], { all: true }),
  gives('ABC', 'b', found('B', 1), { ignore_case: true }),
  gives('k=v', '(?P<key>\\w+)=(\\d)?', found('k=', 0, ['k', null], { key: 'k' })),
  gives('x', '(?<__proto__>x)', found('x', 0, ['x'], JSON.parse('{"__proto__":"x"}'))),
  ...['(', 'a**', '[b-a]', '(?=a)', '(a)\\1', 'a{1001}', '\\'].map(
    (pattern): Case => ['TEXT.MATCH', { text: 'a', pattern }, invalidArgument],
  ),
  ['TEXT.MATCH', { text: 'a', pattern: '' }, invalidType],
  ['TEXT.MATCH', { text: 'a', pattern: 'a'.repeat(1001) }, invalidType],
  ['TEXT.MATCH', { text: 'a', pattern: 'a', limit: 10_001 }, invalidType],
  ['TEXT.MATCH', { text: 'a'.repeat(100_000), pattern: '(?:a?){500}a{500}' }, raises],
]

describe('TEXT.MATCH', () => {
  testCases([match], CASES)

  test.each([
    ['(a+)+$', `${'a'.repeat(100_000)}b`],
    ['(a|aa)+$', `${'a'.repeat(100_000)}b`],
    ['(.*)*x', 'a'.repeat(100_000)],
    ['(?:a?){100}a{100}$', 'a'.repeat(6000)],
    ['x(?:.*y)?', 'x'.repeat(5000)],
    ['\\pL+', 'é '.repeat(50_000)],
  ])('%s takes linear time, and holds nobody up', { timeout: PATIENCE_MS }, async (pattern, text) => {
    expect(await longestHold(() => callBlock(match, { text, pattern, all: true }))).toBeLessThan(1000)
  })
})
