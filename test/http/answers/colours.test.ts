import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { notePage } from '../../../src/http/answers/page.ts'

test('the page behind an answer link has the colours of the page, and no others', () => {
  const tokens = readFileSync(join(import.meta.dirname, '../../../ui/src/style/tokens.css'), 'utf8')
  const { html } = notePage('Thank you', 'The answer was taken.')
  const pairs = html.match(/light-dark\([^)]*\)/g) ?? []
  expect(pairs.length).toBeGreaterThan(5)
  expect(pairs.filter((pair) => !tokens.includes(pair))).toEqual([])
  // White on the accent, as on the page's own buttons.
  expect(html.replaceAll(/light-dark\([^)]*\)/g, '').match(/#[0-9a-f]{3,8}\b/g)).toEqual(['#fff'])
})
