import { expect, test } from 'vitest'
import { readRetryAfter } from '../../src/outbound/retryAfter.ts'

const NOW = Date.parse('2026-11-28T12:00:00Z')

test.each<[string | string[] | undefined, number | null]>([
  ['120', 120_000],
  ['0', 0],
  ['Sat, 28 Nov 2026 12:01:30 GMT', 90_000],
  ['Saturday, 28-Nov-26 12:01:30 GMT', 90_000],
  ['Sat Nov 28 12:01:30 2026', 90_000],
  ['Sat, 28 Nov 2026 11:00:00 GMT', 0],
  ['-1', null],
  ['1.5', null],
  ['soon', null],
  ['', null],
  [['1', '2'], null],
  [undefined, null],
])('Retry-After %j is %j milliseconds', (header, milliseconds) => {
  expect(readRetryAfter(header, NOW)).toBe(milliseconds)
})
