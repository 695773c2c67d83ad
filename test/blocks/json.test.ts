import { describe, expect, test } from 'vitest'
import { jsonBlocks, parse, stringify } from '../../src/blocks/json.ts'
import { ValueTooLarge } from '../../src/engine/errors.ts'
import { type Json, MAX_DEPTH } from '../../src/engine/values/json.ts'
import {
  callBlock,
  type Case,
  contextWith,
  invalidArgument,
  invalidType,
  returns,
  testCases,
  testExamples,
} from './callBlock.ts'

const CASES: readonly Case[] = [
  ['JSON.PARSE', { text: ' [1 ]\n' }, returns([1])],
  ['JSON.PARSE', { text: 'null' }, returns(null)],
  ['JSON.PARSE', { text: '"\\u00e9😀"' }, returns('é😀')],
  ['JSON.PARSE', { text: '{"a":1,"a":2}' }, returns({ a: 2 })],
  ['JSON.PARSE', { text: '{"__proto__":{"x":1}}' }, returns(JSON.parse('{"__proto__":{"x":1}}'))],
  ...[
    '',
    ' ',
    '{}x',
    '[1,]',
    "{'a':1}",
    '01',
    '"\t"',
    '\ufeff1',
    'nul',
    'NaN',
    'Infinity',
    '1e400',
    '[{"a":-1e400}]',
  ].map((text): Case => ['JSON.PARSE', { text }, invalidArgument]),
  ['JSON.PARSE', { text: 1 }, invalidType],
  ['JSON.PARSE', {}, invalidType],

  ['JSON.STRINGIFY', { value: null }, returns('null')],
  ['JSON.STRINGIFY', { value: 'a"\n😀' }, returns('"a\\"\\n😀"')],
  ['JSON.STRINGIFY', { value: { z: 1, a: [] }, indent: 1 }, returns('{\n "z": 1,\n "a": []\n}')],
  ['JSON.STRINGIFY', { value: { toJSON: 1 } }, returns('{"toJSON":1}')],
  ['JSON.STRINGIFY', { value: JSON.parse('{"__proto__":1}') }, returns('{"__proto__":1}')],
  ['JSON.STRINGIFY', { value: 1, indent: 11 }, invalidType],
  ['JSON.STRINGIFY', { value: 1, indent: -1 }, invalidType],
  ['JSON.STRINGIFY', { value: 1, indent: '\t' }, invalidType],
  ['JSON.STRINGIFY', {}, invalidType],
]

describe('JSON', () => {
  testExamples(jsonBlocks)
  testCases(jsonBlocks, CASES)

  test.each(['[', '{"a":'])('PARSE takes %s as deep as values may be, and no deeper', async (open) => {
    const close = open === '[' ? ']' : '}'
    const nested = (levels: number): string =>
      open.repeat(levels - 1) + (open === '[' ? '[]' : '{}') + close.repeat(levels - 1)
    expect(await callBlock(parse, { text: nested(MAX_DEPTH) })).toHaveProperty('returns')
    expect(await callBlock(parse, { text: nested(MAX_DEPTH + 1) })).toEqual(invalidArgument)
    expect(await callBlock(parse, { text: nested(100_000) })).toEqual(invalidArgument)
  })

  test('PARSE gives a key named __proto__ no power', async () => {
    const value: unknown = await parse.run({ text: '{"__proto__":{"x":1}}' }, contextWith())
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(value).not.toHaveProperty('x')
  })

  test('STRINGIFY refuses an indented text that would be far larger than its value, before it is built', async () => {
    let value: Json = Array.from({ length: 100_000 }, () => 0)
    for (let level = 1; level < MAX_DEPTH; level++) value = [value]
    await expect(callOf({ value, indent: 10 })).rejects.toThrow(ValueTooLarge)
    expect(await stringify.run({ value, indent: 0 }, contextWith())).toHaveLength(200_399)
  })

  test('STRINGIFY foresees the length of the indented text to the character', async () => {
    const inner: Json = { a: [[], {}, [1, { b: null }]], c: {} }
    const limit = 16 * 1024 * 1024
    const spare = limit - JSON.stringify(['', inner], null, 3).length
    expect(await callOf({ value: ['x'.repeat(spare), inner], indent: 3 })).toHaveLength(limit)
    await expect(callOf({ value: ['x'.repeat(spare + 1), inner], indent: 3 })).rejects.toThrow(ValueTooLarge)
  })
})

async function callOf(parameters: { readonly value: Json; readonly indent: number }): Promise<unknown> {
  return await stringify.run(parameters, contextWith())
}
