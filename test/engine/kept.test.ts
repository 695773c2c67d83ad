import { expect, test } from 'vitest'
import { keptByText } from '../../src/engine/tags/kept.ts'
import { parseTemplate } from '../../src/engine/tags/tags.ts'

test('equal templates are parsed once', () => {
  const text = 'Dear {# name #}, {: create.id :} {= 1 + 1 =}'
  expect(parseTemplate(`${text}`)).toBe(parseTemplate([...text].join('')))
})

test('what is kept is bounded, and what is asked for again stays', () => {
  const made: string[] = []
  const get = keptByText((text) => {
    made.push(text)
    return { text }
  })
  const often = get('often')
  for (let i = 0; i < 5000; i++) {
    get(`once ${i}`)
    if (i % 100 === 0) expect(get('often')).toBe(often)
  }
  get('once 0')
  expect(made.filter((text) => text === 'once 0')).toHaveLength(2)
  expect(made.filter((text) => text === 'often')).toHaveLength(1)
})

test('long texts, and texts that give nothing, are not kept', () => {
  let calls = 0
  const get = keptByText((text) => {
    calls++
    return text === '' ? null : { text }
  })
  for (const text of ['x'.repeat(257), '']) for (let i = 0; i < 3; i++) get(text)
  expect(calls).toBe(6)
})
