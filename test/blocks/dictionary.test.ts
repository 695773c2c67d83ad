import { describe, expect, test } from 'vitest'
import type { Block } from '../../src/engine/block.ts'
import type { JsonObject } from '../../src/engine/values/json.ts'
import { dictionaryBlocks } from '../../src/blocks/dictionary.ts'
import { callBlock, type Case, invalidType, raises, returns, testCases, testExamples } from './callBlock.ts'

/** Built from text: in a literal, `__proto__` would set the prototype. */
const odd = (): JsonObject => JSON.parse('{"__proto__":1,"constructor":2,"toString":3}')

const CASES: readonly Case[] = [
  ['DICTIONARY.CREATE', odd(), returns(odd())],
  ['DICTIONARY.CREATE', { dictionary: null, '': [] }, returns({ dictionary: null, '': [] })],

  ['DICTIONARY.CREATE_FROM_PAIRS', { key: '', value: null }, returns({ '': null })],
  ['DICTIONARY.CREATE_FROM_PAIRS', { key: '__proto__', value: { a: 1 } }, returns(JSON.parse('{"__proto__":{"a":1}}'))],
  ['DICTIONARY.CREATE_FROM_PAIRS', { key: 1, value: 1 }, invalidType],
  ['DICTIONARY.CREATE_FROM_PAIRS', { key: 'a' }, invalidType],

  ['DICTIONARY.CREATE_FROM_LIST', { pairs: [] }, returns({})],
  ['DICTIONARY.CREATE_FROM_LIST', { pairs: ['a', ['b', 1]] }, returns({ a: ['b', 1] })],
  [
    'DICTIONARY.CREATE_FROM_LIST',
    {
      pairs: [
        ['a', 1],
        ['a', 2],
      ],
    },
    returns({ a: 2 }),
  ],
  ['DICTIONARY.CREATE_FROM_LIST', { pairs: [['__proto__', 1]] }, returns(JSON.parse('{"__proto__":1}'))],
  ['DICTIONARY.CREATE_FROM_LIST', { pairs: [['a']] }, raises],
  ['DICTIONARY.CREATE_FROM_LIST', { pairs: [['a', 1, 2]] }, raises],
  ['DICTIONARY.CREATE_FROM_LIST', { pairs: [[1, 2]] }, raises],
  ['DICTIONARY.CREATE_FROM_LIST', { pairs: [1] }, raises],
  ['DICTIONARY.CREATE_FROM_LIST', { pairs: ['ab', 'cd', 'ef'] }, raises],
  ['DICTIONARY.CREATE_FROM_LIST', { pairs: { a: 1 } }, invalidType],

  ['DICTIONARY.GET', { dictionary: { a: null }, key: 'a', default: 5 }, returns(null)],
  ['DICTIONARY.GET', { dictionary: {}, key: 'a', default: false }, returns(false)],
  ['DICTIONARY.GET', { dictionary: {}, key: 'toString' }, raises],
  ['DICTIONARY.GET', { dictionary: {}, key: '__proto__' }, raises],
  ['DICTIONARY.GET', { dictionary: odd(), key: '__proto__' }, returns(1)],
  ['DICTIONARY.GET', { dictionary: [1], key: '0' }, invalidType],
  ['DICTIONARY.GET', { dictionary: null, key: 'a' }, invalidType],
  ['DICTIONARY.GET', { dictionary: {}, key: null }, invalidType],

  ['DICTIONARY.MERGE', { dict1: {}, dict2: {} }, returns({})],
  ['DICTIONARY.MERGE', { dict1: { a: { x: 1 } }, dict2: { a: { y: 2 } } }, returns({ a: { y: 2 } })],
  [
    'DICTIONARY.MERGE',
    { dict1: { a: 1 }, dict2: odd() },
    returns(JSON.parse('{"a":1,"__proto__":1,"constructor":2,"toString":3}')),
  ],
  ['DICTIONARY.MERGE', { dict1: {}, dict2: [] }, invalidType],

  ['DICTIONARY.COUNT', { dictionary: {} }, returns(0)],
  ['DICTIONARY.COUNT', { dictionary: odd() }, returns(3)],
  ['DICTIONARY.COUNT', { dictionary: 'ab' }, invalidType],
  ['DICTIONARY.LIST_KEYS', { dictionary: odd() }, returns(['__proto__', 'constructor', 'toString'])],
  ['DICTIONARY.LIST_VALUES', { dictionary: odd() }, returns([1, 2, 3])],
  ['DICTIONARY.LIST_ITEMS', { dictionary: {} }, returns([])],

  ['DICTIONARY.IS_DICTIONARY', { value: null }, returns(false)],
  ['DICTIONARY.IS_DICTIONARY', { value: 'a' }, returns(false)],
  ['DICTIONARY.IS_DICTIONARY', {}, invalidType],
  ['DICTIONARY.IS_KEY_EXISTS', { dictionary: {}, key: 'constructor' }, returns(false)],
  ['DICTIONARY.IS_KEY_EXISTS', { dictionary: odd(), key: '__proto__' }, returns(true)],
  ['DICTIONARY.IS_VALUE_EXISTS', { dictionary: { a: 1 }, value: true }, returns(false)],
  ['DICTIONARY.IS_VALUE_EXISTS', { dictionary: { a: { x: 1, y: 2 } }, value: { y: 2, x: 1 } }, returns(true)],
  ['DICTIONARY.IS_VALUE_EXISTS', { dictionary: {}, value: null }, returns(false)],

  ['DICTIONARY.POP', { dictionary: { a: null }, key: 'a', default: 1 }, returns(null)],
  ['DICTIONARY.POP', { dictionary: {}, key: 'a', default: null }, returns(null)],
  ['DICTIONARY.POP', { dictionary: {}, key: 'constructor' }, raises],
  ['DICTIONARY.DELETE', { dictionary: {}, key: 'a', silent: false }, raises],
  ['DICTIONARY.DELETE', { dictionary: {}, key: 'toString', silent: false }, raises],
  ['DICTIONARY.DELETE', { dictionary: {}, key: 'a', silent: 0 }, invalidType],
  ['DICTIONARY.DELETE', { dictionary: {}, key: null }, invalidType],
  ['DICTIONARY.SET', { dictionary: {}, key: 'a' }, invalidType],
  ['DICTIONARY.SET', { dictionary: [], key: '0', value: 1 }, invalidType],
]

type Change = readonly [action: string, before: JsonObject, parameters: JsonObject, after: JsonObject]

const CHANGES: readonly Change[] = [
  ['SET', {}, { key: 'a', value: [1] }, { a: [1] }],
  ['SET', { a: 1 }, { key: 'a', value: null }, { a: null }],
  ['SET', {}, { key: '__proto__', value: { x: 1 } }, JSON.parse('{"__proto__":{"x":1}}')],
  ['DELETE', { a: 1, b: 2 }, { key: 'a' }, { b: 2 }],
  ['DELETE', { a: 1 }, { key: 'a', silent: false }, {}],
  ['DELETE', { a: 1 }, { key: 'z' }, { a: 1 }],
  ['DELETE', odd(), { key: '__proto__' }, { constructor: 2, toString: 3 }],
  ['POP', { a: 1, b: 2 }, { key: 'a' }, { b: 2 }],
  ['POP', { a: 1 }, { key: 'z', default: 0 }, { a: 1 }],
  ['CLEAR', odd(), {}, {}],
]

describe('DICTIONARY', () => {
  testExamples(dictionaryBlocks)
  testCases(dictionaryBlocks, CASES)

  test.each(CHANGES)('%s changes %j with %j into %j', async (name, before, parameters, after) => {
    await callBlock(block(name), { dictionary: before, ...parameters })
    expect(JSON.stringify(before)).toBe(JSON.stringify(after))
  })

  test('UPDATE changes the first dictionary and not the second', async () => {
    const dict1: JsonObject = { a: 1, b: 1 }
    const dict2: JsonObject = JSON.parse('{"b":[2],"__proto__":3}')
    await callBlock(block('UPDATE'), { dict1, dict2 })
    expect(JSON.stringify([dict1, dict2])).toBe('[{"a":1,"b":[2],"__proto__":3},{"b":[2],"__proto__":3}]')
    expect(dict1.b).not.toBe(dict2.b)
  })

  test('SET and UPDATE with the dictionary itself put copies in', async () => {
    const dictionary: JsonObject = { a: 1 }
    await callBlock(block('SET'), { dictionary, key: 'self', value: dictionary })
    await callBlock(block('UPDATE'), { dict1: dictionary, dict2: dictionary })
    expect(dictionary).toEqual({ a: 1, self: { a: 1 } })
  })
})

function block(name: string): Block {
  const found = dictionaryBlocks.find(({ action }) => action === `DICTIONARY.${name}`)
  if (found === undefined) throw new Error(`there is no block named ${name}`)
  return found
}
