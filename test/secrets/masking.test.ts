import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/engine/values/json.ts'
import { Masker } from '../../src/secrets/masking.ts'
import { FORMS } from './forms.ts'

const SECRET = 'p"a/s s+w\\ö?rd&=~'
const masker = new Masker([SECRET])

describe('a secret that comes back', () => {
  it.each(Object.entries(FORMS))('is masked as %s', (_name, write) => {
    const masked = masker.text(`before ${write(SECRET)} after`)
    expect(masked).toContain('***')
    expect(masked.startsWith('before ') && masked.endsWith(' after')).toBe(true)
    expect(FORMS['plain']?.(masked)).not.toContain(SECRET)
  })

  it.each(Object.entries(FORMS))('leaves nothing that tells it, whatever it is: %s', (name, write) => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme' }), (secret) => {
        fc.pre(!'before after"a"example.com?q='.includes(secret))
        const core = Buffer.from(secret).toString(
          name.includes('base64') || name.startsWith('basic') ? 'base64' : 'utf8',
        )
        const masked = new Masker([secret]).text(write(secret))
        expect(masked).toContain('***')
        expect(masked.includes(core.replace(/=+$/, '').slice(2, -2)) && core.length > 12).toBe(false)
      }),
      { numRuns: 200 },
    )
  })

  it.each([0, 1, 2].map((more) => SECRET + 'x'.repeat(more)))('leaves no tail of its base64: %s', (secret) => {
    const text = Buffer.from(secret).toString('base64')
    const basic = Buffer.from(`ab:${secret}`).toString('base64')
    const url = Buffer.from(secret).toString('base64url')
    expect(new Masker([secret]).value([text, `Basic ${basic}`, url])).toEqual(['***', 'Basic YWI6***', '***'])
  })

  it('is masked at any depth, in keys too, and what holds none stays the value it was', () => {
    const value: Json = { a: [1, { [`key ${SECRET}`]: [SECRET, null] }], b: 'x' }
    expect(masker.value(value)).toEqual({ a: [1, { 'key ***': ['***', null] }], b: 'x' })
    const clean: Json = { a: [1, { b: 'x' }] }
    expect(masker.value(clean)).toBe(clean)
  })

  it('is masked whole where another one is a part of it', () => {
    expect(new Masker(['password', 'password-of-all']).text('password-of-all password')).toBe('*** ***')
  })

  it('of fewer than 8 characters is not looked for', () => {
    expect(new Masker(['1234567']).text('12345678')).toBe('12345678')
  })
})
