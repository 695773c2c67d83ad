import { describe, expect, test } from 'vitest'
import { variableBlocks } from '../../src/blocks/variable.ts'
import type { Json, JsonObject } from '../../src/engine/values/json.ts'
import { callBlock, type Case, invalidType, raises, returns, testCases, testExamples } from './callBlock.ts'

const CASES: readonly Case[] = [
  ['VARIABLE.GET', { name: 'missing' }, raises],
  ['VARIABLE.GET', { name: 'toString' }, raises],
  ['VARIABLE.GET', { name: 'missing', default: null }, returns(null)],
  ['VARIABLE.GET', { name: 1 }, invalidType],
  ['VARIABLE.SET', { value: 1 }, invalidType],
  ['VARIABLE.CREATE', { name: 'a', value: 1 }, invalidType],
  ['VARIABLE.DELETE', { name: 'missing', silent: false }, raises],
  ['VARIABLE.DELETE', { name: '__proto__', silent: false }, raises],
  ['VARIABLE.IS_EXISTS', { name: 'constructor' }, returns(false)],
  ['VARIABLE.IS_EXISTS', {}, invalidType],
  ['VARIABLE.COUNT', { name: 'a' }, invalidType],
]

type Use = readonly [action: string, before: JsonObject, parameters: JsonObject, returned: Json, after: JsonObject]

const USES: readonly Use[] = [
  ['SET', {}, { name: 'a', value: [1] }, null, { a: [1] }],
  ['SET', { a: 1 }, { name: 'a' }, null, { a: null }],
  ['SET', {}, { name: '__proto__', value: 1 }, null, JSON.parse('{"__proto__":1}')],
  ['CREATE', {}, { name: 'a' }, null, { a: null }],
  ['CREATE', { a: 4 }, { name: 'a' }, null, { a: 4 }],
  ['CREATE', {}, { name: 'constructor' }, null, { constructor: null }],
  ['GET', { a: null }, { name: 'a', default: 5 }, null, { a: null }],
  ['GET', { a: [1] }, { name: 'a' }, [1], { a: [1] }],
  ['DELETE', { a: 1, b: 2 }, { name: 'a' }, null, { b: 2 }],
  ['DELETE', { a: 1 }, { name: 'a', silent: false }, null, {}],
  ['DELETE', { a: 1 }, { name: 'z' }, null, { a: 1 }],
  ['IS_EXISTS', { a: null }, { name: 'a' }, true, { a: null }],
  ['LIST_NAMES', { z: 1, a: 2 }, {}, ['z', 'a'], { z: 1, a: 2 }],
  ['LIST_VALUES', { z: 1, a: [2] }, {}, [1, [2]], { z: 1, a: [2] }],
  ['COUNT', { z: 1, a: 2 }, {}, 2, { z: 1, a: 2 }],
]

describe('VARIABLE', () => {
  testExamples(variableBlocks)
  testCases(variableBlocks, CASES)

  test.each(USES)('%s of %j with %j gives %j and leaves %j', async (name, before, parameters, returned, after) => {
    expect(await use(name, parameters, before)).toEqual(returns(returned))
    expect(JSON.stringify(before)).toBe(JSON.stringify(after))
  })

  test('SET puts a copy in', async () => {
    const value = [1]
    const variables: JsonObject = {}
    await use('SET', { name: 'a', value }, variables)
    value.push(2)
    expect(variables).toEqual({ a: [1] })
  })
})

function use(name: string, parameters: JsonObject, variables: JsonObject): ReturnType<typeof callBlock> {
  const block = variableBlocks.find(({ action }) => action === `VARIABLE.${name}`)
  if (block === undefined) throw new Error(`there is no block named ${name}`)
  return callBlock(block, parameters, variables)
}
