import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read.ts'
import { createSecretBox, SecretUnreadable } from '../../src/secrets/box.ts'

const FIRST = 'a key of more than thirty-two characters'
const SECOND = 'another key of more than thirty-two characters'

describe('a secret box', () => {
  const box = createSecretBox(FIRST)

  test('opens what it sealed, in the row it was sealed for and in no other', () => {
    const sealed = box.seal('whsec_x', 'webhook/acme/1')
    expect(sealed).not.toContain('whsec_x')
    expect(box.open(sealed, 'webhook/acme/1')).toBe('whsec_x')
    expect(() => box.open(sealed, 'webhook/acme/2')).toThrow(SecretUnreadable)
  })

  test('opens with an old key, and seals with the first', () => {
    const sealed = box.seal('x', 'row')
    const next = createSecretBox(SECOND, [FIRST])
    expect(next.open(sealed, 'row')).toBe('x')
    expect([next.isCurrent(sealed), next.isCurrent(next.seal('x', 'row'))]).toEqual([false, true])
    expect(() => createSecretBox(SECOND).open(sealed, 'row')).toThrow(/SECRETS_KEY_OLD/)
  })

  test('opens what earlier versions sealed, which named neither key nor row', () => {
    const key = Buffer.from(hkdfSync('sha256', FIRST, '', 'conduit secrets at rest', 32))
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    const text = Buffer.concat([cipher.update('old'), cipher.final()])
    const sealed = `sealed:1:${Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64')}`
    expect(createSecretBox(SECOND, [FIRST]).open(sealed, 'row')).toBe('old')
    expect(() => createSecretBox(SECOND).open(sealed, 'row')).toThrow(SecretUnreadable)
  })

  test('was changed, or is not all there: unreadable', () => {
    const sealed = box.seal('x', 'row')
    for (const text of [sealed.slice(0, -4), `${sealed.slice(0, 20)}AAAA${sealed.slice(24)}`, 'sealed:2:', 'sealed:1:'])
      expect(() => box.open(text, 'row')).toThrow(SecretUnreadable)
  })

  test('without a key leaves secrets as they are, and opens none that is sealed', () => {
    const plain = createSecretBox(undefined)
    expect(plain.open(plain.seal('x', 'row'), 'row')).toBe('x')
    expect(() => plain.open(box.seal('x', 'row'), 'row')).toThrow(SecretUnreadable)
  })
})

test('a SECRETS_KEY that is too short ends the start with what to do', () => {
  expect(() => readConfig({ SECRETS_KEY: 'short' })).toThrow(/32 characters or more; move .* to SECRETS_KEY_OLD/)
  expect(readConfig({ SECRETS_KEY: FIRST, SECRETS_KEY_OLD: 'short, x' }).SECRETS_KEY_OLD).toBe('short, x')
})

test.each([[{ SECRETS_KEY_OLD: ' , ' }, 'SECRETS_KEY_OLD must look like the earlier value of SECRETS_KEY']])(
  '%j is refused in one line that says what was meant',
  (settings, line) => {
    expect(() => readConfig(settings)).toThrow(line)
  },
)
