import { describe, expect, test } from 'vitest'
import { cryptoBlocks } from '../../src/blocks/crypto.ts'
import { uuid } from '../../src/blocks/id.ts'
import { callBlock, type Case, invalidArgument, invalidType, returns, testCases, testExamples } from './callBlock.ts'

const CASES: readonly Case[] = [
  ['CRYPTO.HASH', { text: '' }, returns('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')],
  ['CRYPTO.HASH', { text: 'é', algorithm: 'sha1' }, returns('bf15be717ac1b080b4f1c456692825891ff5073d')],
  ['CRYPTO.HASH', { text: 'abc', encoding: 'base64url' }, returns('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')],
  ['CRYPTO.HASH', { text: '\ud800' }, invalidArgument],
  ['CRYPTO.HASH', { text: 'abc', input: 'base64' }, invalidArgument],
  ['CRYPTO.HASH', { text: 'abc', algorithm: 'sha999' }, invalidType],
  ['CRYPTO.HMAC', { text: 'x', key: '' }, invalidArgument],
  ['CRYPTO.HMAC', { text: 'x', key: '', key_input: 'base64' }, invalidArgument],
  ['CRYPTO.HMAC', { text: 'x' }, invalidType],
  ['CRYPTO.HMAC', { text: 'x', key: '*', key_input: 'base64' }, invalidArgument],
]

describe('CRYPTO', () => {
  testExamples(cryptoBlocks)
  testCases(cryptoBlocks, CASES)
})

describe('ID.UUID', () => {
  test.each([4, 7])('gives a UUID of version %d, each time another', async (version) => {
    const [one, two] = (await Promise.all([1, 2].map(() => callBlock(uuid, { version })))) as { returns: string }[]
    expect(one?.returns).toMatch(
      new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
    )
    expect(one?.returns).not.toBe(two?.returns)
  })

  test('knows two versions', async () => {
    expect(await callBlock(uuid, { version: 1 })).toEqual(invalidType)
  })
})
