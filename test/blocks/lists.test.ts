import { describe, expect, test } from 'vitest'
import type { Block } from '../../src/engine/block.ts'
import { ValueTooLarge } from '../../src/engine/errors.ts'
import type { Json, JsonObject } from '../../src/engine/values/json.ts'
import { listsBlocks } from '../../src/blocks/lists.ts'
import {
  callBlock,
  type Case,
  contextWith,
  invalidArgument,
  invalidType,
  raises,
  returns,
  testCases,
  testExamples,
} from './callBlock.ts'

const CASES: readonly Case[] = [
  ['LISTS.CREATE', { value999: 3, value2: 1, value10: 2 }, returns([1, 2, 3])],
  ['LISTS.CREATE', { value1: null }, returns([null])],
  ['LISTS.CREATE', { value0: 1 }, invalidType],
  ['LISTS.CREATE', { value01: 1 }, invalidType],
  ['LISTS.CREATE', { value1000: 1 }, invalidType],
  ['LISTS.CREATE', { value: 1 }, invalidType],
  ['LISTS.CREATE', { 'value1\n': 1 }, invalidType],

  ['LISTS.COUNT', { list: [] }, returns(0)],
  ['LISTS.COUNT', { list: 'abc' }, invalidType],
  ['LISTS.COUNT', { list: {} }, invalidType],
  ['LISTS.COUNT', {}, invalidType],
  ['LISTS.COUNT', { list: [], more: 1 }, invalidType],

  ['LISTS.COUNT_ITEM', { list: [], item: 1 }, returns(0)],
  ['LISTS.COUNT_ITEM', { list: [true, 1, '1', [1], 1.0], item: 1 }, returns(2)],
  ['LISTS.COUNT_ITEM', { list: [null, 0, false, ''], item: null }, returns(1)],
  [
    'LISTS.COUNT_ITEM',
    { list: [{ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1 }, '{"a":1,"b":2}'], item: { b: 2, a: 1 } },
    returns(2),
  ],
  ['LISTS.COUNT_ITEM', { list: [1] }, invalidType],

  ['LISTS.INDEX', { list: [[], {}, [[]]], item: {} }, returns(1)],
  ['LISTS.INDEX', { list: ['[]', []], item: [] }, returns(1)],
  ['LISTS.INDEX', { list: ['a', '😀'], item: '😀' }, returns(1)],
  ['LISTS.INDEX', { list: [1], item: true }, returns(-1)],
  ['LISTS.INDEX', { list: [0], item: -0 }, returns(0)],
  ['LISTS.INDEX', { list: [], item: null }, returns(-1)],

  ['LISTS.INCLUDES', { list: [1, 2], item: '1' }, returns(false)],
  ['LISTS.INCLUDES', { list: [null], item: null }, returns(true)],
  ['LISTS.INCLUDES', { list: [{ constructor: { a: [] } }], item: { constructor: { a: [] } } }, returns(true)],
  ['LISTS.INCLUDES', { list: [JSON.parse('{"__proto__":1}')], item: {} }, returns(false)],
  ['LISTS.INCLUDES', { list: [[1, 2]], item: [2, 1] }, returns(false)],

  ['LISTS.INCLUDES_ANY', { list: [1], items: [] }, returns(false)],
  ['LISTS.INCLUDES_ANY', { list: [], items: [1] }, returns(false)],
  ['LISTS.INCLUDES_ANY', { list: [{ a: [1] }], items: [5, { a: [1] }] }, returns(true)],
  ['LISTS.INCLUDES_ANY', { list: [1, false], items: [true, '1', 0] }, returns(false)],
  ['LISTS.INCLUDES_ANY', { list: ['abc'], items: 'abc' }, invalidType],

  ['LISTS.INCLUDES_ALL', { list: [1], items: [] }, returns(true)],
  ['LISTS.INCLUDES_ALL', { list: [], items: [] }, returns(true)],
  ['LISTS.INCLUDES_ALL', { list: [1, [2]], items: [[2], 1, 1] }, returns(true)],
  ['LISTS.INCLUDES_ALL', { list: [1, 2], items: [1, true] }, returns(false)],

  ['LISTS.GET', { list: [1, 2], index: -2 }, returns(1)],
  ['LISTS.GET', { list: [null], index: 0 }, returns(null)],
  ['LISTS.GET', { list: [1, 2], index: 2 }, raises],
  ['LISTS.GET', { list: [1, 2], index: -3 }, raises],
  ['LISTS.GET', { list: [], index: 0 }, raises],
  ['LISTS.GET', { list: [1], index: 1e300 }, raises],
  ['LISTS.GET', { list: [1], index: 0.5 }, invalidType],
  ['LISTS.GET', { list: [1], index: '0' }, invalidType],

  ['LISTS.RANDOM', { list: [] }, raises],
  ['LISTS.RANDOM', { list: [[null]] }, returns([null])],

  ['LISTS.COPY', { list: [] }, returns([])],
  ['LISTS.COPY', { list: null }, invalidType],

  ['LISTS.MERGE', { list1: [], list2: [] }, returns([])],
  ['LISTS.MERGE', { list1: [1], list2: [[2]] }, returns([1, [2]])],
  ['LISTS.MERGE', { list1: [1] }, invalidType],

  ['LISTS.FLATTEN', { values: [] }, returns([])],
  ['LISTS.FLATTEN', { values: [[], [[]], 'ab', { a: [1] }, null] }, returns([[], 'ab', { a: [1] }, null])],
  ['LISTS.FLATTEN', { values: 'ab' }, invalidType],

  ['LISTS.POP', { list: [] }, raises],
  ['LISTS.POP', { list: [1, 2], index: 2 }, raises],
  ['LISTS.POP', { list: [1, 2], index: -3 }, raises],
  ['LISTS.POP', { list: [1, 2], index: null }, returns(2)],
  ['LISTS.POP', { list: [1, 2], index: 0.5 }, invalidType],
  ['LISTS.REMOVE', { list: [], item: 1 }, invalidArgument],
  ['LISTS.REMOVE', { list: [1, [1]], item: true }, invalidArgument],
  ['LISTS.SORT', { list: [1, 'a'] }, raises],
  ['LISTS.SORT', { list: [1, true] }, raises],
  ['LISTS.SORT', { list: [null, null] }, raises],
  ['LISTS.SORT', { list: [{}, {}] }, raises],
  ['LISTS.SORT', { list: [[1], 2] }, raises],
  [
    'LISTS.SORT',
    {
      list: [
        [1, null],
        [1, 2],
      ],
    },
    raises,
  ],
  ['LISTS.SORT', { list: [1], reverse: 1 }, invalidType],
  ['LISTS.INSERT', { list: [], index: '0', item: 1 }, invalidType],
  ['LISTS.INSERT', { list: [], index: 0 }, invalidType],
  ['LISTS.APPEND', { list: [] }, invalidType],
  ['LISTS.EXTEND', { list1: [], list2: 'ab' }, invalidType],
]

type Change = readonly [action: string, before: Json[], parameters: JsonObject, after: Json[]]

const CHANGES: readonly Change[] = [
  ['APPEND', [], { item: [1] }, [[1]]],
  ['APPEND', [1], { item: null }, [1, null]],
  ['CLEAR', [], {}, []],
  ['CLEAR', [1, [2]], {}, []],
  ['INSERT', ['a', 'b', 'c'], { index: -9, item: 'X' }, ['X', 'a', 'b', 'c']],
  ['INSERT', ['a', 'b', 'c'], { index: -1, item: 'X' }, ['a', 'b', 'X', 'c']],
  ['INSERT', ['a', 'b', 'c'], { index: 1, item: ['X'] }, ['a', ['X'], 'b', 'c']],
  ['INSERT', ['a', 'b', 'c'], { index: 3, item: 'X' }, ['a', 'b', 'c', 'X']],
  ['INSERT', ['a', 'b', 'c'], { index: 9, item: 'X' }, ['a', 'b', 'c', 'X']],
  ['INSERT', [], { index: 1e300, item: 'X' }, ['X']],
  ['POP', ['a', 'b', 'c'], {}, ['a', 'b']],
  ['POP', ['a', 'b', 'c'], { index: -3 }, ['b', 'c']],
  ['POP', ['a', 'b', 'c'], { index: 1 }, ['a', 'c']],
  ['REMOVE', [1, { a: 1 }, { a: 1 }], { item: { a: 1 } }, [1, { a: 1 }]],
  ['REMOVE', [true, 1], { item: 1 }, [true]],
  ['REVERSE', [], {}, []],
  ['REVERSE', [1, [2, 3], 'x'], {}, ['x', [2, 3], 1]],
  ['SORT', [], {}, []],
  ['SORT', [null], {}, [null]],
  ['SORT', [10, -1, 1.5, 9], {}, [-1, 1.5, 9, 10]],
  ['SORT', [10, -1, 1.5, 9], { reverse: true }, [10, 9, 1.5, -1]],
  ['SORT', ['é', '😀', 'z', '\uffff'], {}, ['z', 'é', '\uffff', '😀']],
  ['SORT', [true, false, true], {}, [false, true, true]],
  ['SORT', [[1, 'a'], [0], [1], [], [0, 5]], {}, [[], [0], [0, 5], [1], [1, 'a']]],
  [
    'SORT',
    [
      [1, null],
      [1, null],
      [0, null],
    ],
    {},
    [
      [0, null],
      [1, null],
      [1, null],
    ],
  ],
]

const DOUBLED = 2_000_001

describe('LISTS', () => {
  testExamples(listsBlocks)
  testCases(listsBlocks, CASES)

  test.each(CHANGES)('%s changes %j with %j into %j', async (name, before, parameters, after) => {
    const list = structuredClone(before)
    await callBlock(block(name), { list, ...parameters })
    expect(list).toEqual(after)
  })

  test.each([
    ['SORT', [3, 'a', 1]],
    ['REMOVE', [3, 1]],
    ['POP', [3, 1]],
  ])('%s leaves a list alone where it fails', async (name, before) => {
    const list = structuredClone(before)
    const parameters: JsonObject = { SORT: {}, REMOVE: { item: 9 }, POP: { index: 9 } }[name] ?? {}
    expect(await callBlock(block(name), { list, ...parameters })).toHaveProperty('status')
    expect(list).toEqual(before)
  })

  test('EXTEND of a list by itself doubles it once', async () => {
    const list: Json[] = [1, [2]]
    await callBlock(block('EXTEND'), { list1: list, list2: list })
    expect(list).toEqual([1, [2], 1, [2]])
    expect(list[3]).not.toBe(list[1])
  })

  test.each(['APPEND', 'INSERT'])('%s of a list to itself puts a copy in', async (name) => {
    const list: Json[] = [1]
    const place: JsonObject = name === 'INSERT' ? { index: 9 } : {}
    await callBlock(block(name), { list, item: list, ...place })
    expect(list).toEqual([1, [1]])
  })

  test.each(['EXTEND', 'MERGE'])('%s refuses a list of too many items before it is built', (name) => {
    const list: Json[] = Array.from({ length: DOUBLED }, () => 0)
    expect(() => block(name).run({ list1: list, list2: list }, contextWith())).toThrow(ValueTooLarge)
    expect(list).toHaveLength(DOUBLED)
  })

  test('RANDOM reaches every item', async () => {
    const picked = new Set<unknown>()
    for (let i = 0; i < 500; i++) picked.add(await block('RANDOM').run({ list: [1, 2, 3] }, contextWith()))
    expect([...picked].sort((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3])
  })
})

function block(name: string): Block {
  const found = listsBlocks.find(({ action }) => action === `LISTS.${name}`)
  if (found === undefined) throw new Error(`there is no block named ${name}`)
  return found
}
