import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeKey, proves, parseKey } from '../../src/access/keyText.ts'

test('a key is read back from its text, and proves itself', () => {
  for (let i = 0; i < 200; i++) {
    const { text, id, secretHash } = makeKey()
    const read = parseKey(text)
    expect(read?.id).toBe(id)
    expect(read !== null && proves(read.secret, secretHash)).toBe(true)
    expect(text).toMatch(/^cdt_[1-9A-HJ-NP-Za-km-z]+_[1-9A-HJ-NP-Za-km-z]+$/)
  }
})

test('a slip in the secret is told by the checksum, and another secret proves nothing', () => {
  const { text, secretHash } = makeKey()
  const last = text.at(-1) === 'z' ? 'y' : 'z'
  expect(parseKey(text.slice(0, -1) + last)).toBeNull()
  const other = parseKey(makeKey().text)
  expect(other !== null && proves(other.secret, secretHash)).toBe(false)
})

test('whatever is no key is null, never an error', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `cdt_${text}`),
        fc.string().map((text) => `cdt_a_${text}`),
      ),
      (text) => {
        expect(parseKey(text)).toBeNull()
      },
    ),
  )
})
