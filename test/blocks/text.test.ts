import { describe, expect, test } from 'vitest'
import { textBlocks } from '../../src/blocks/text.ts'
import type { Block } from '../../src/engine/block.ts'
import {
  type Case,
  callBlock,
  contextWith,
  invalidArgument,
  invalidType,
  raises,
  returns,
  testCases,
  testExamples,
} from './callBlock.ts'
import { threadMs } from '../support/threadTime.ts'

/** One piece more than are searched one by one. */
const MANY = Array.from({ length: 17 }, (_, i) => `z${i}`)

const CASES: readonly Case[] = [
  ['TEXT.CREATE', { value: 'a"b' }, returns('a"b')],
  ['TEXT.CREATE', { value: null }, returns('null')],
  ['TEXT.CREATE', { value: 1.5 }, returns('1.5')],
  ['TEXT.CREATE', { value: [1, 'a', { b: false }] }, returns('[1,"a",{"b":false}]')],
  ['TEXT.CREATE', {}, invalidType],

  ['TEXT.JOIN', { text1: 'a', text2: 'b', join_with: '' }, returns('ab')],
  ['TEXT.JOIN', { text1: 'a', text2: 1 }, invalidType],
  ['TEXT.JOIN_LIST', { list: [] }, returns('')],
  ['TEXT.JOIN_LIST', { list: ['a'], seperator: ',' }, returns('a')],
  ['TEXT.JOIN_LIST', { list: ['a', 'b'] }, returns('ab')],
  ['TEXT.JOIN_LIST', { list: ['a', 1] }, raises],
  ['TEXT.JOIN_LIST', { list: 'ab' }, invalidType],

  ['TEXT.TEMPLATE', { template: 'plain', values: {} }, returns('plain')],
  ['TEXT.TEMPLATE', { template: '{a}{b}{a}', values: { a: 'x', b: [1, null] } }, returns('x[1,null]x')],
  ['TEXT.TEMPLATE', { template: '{{a}}', values: { a: 1 } }, returns('{a}')],
  ['TEXT.TEMPLATE', { template: '{a}', values: { a: '{b} $& {{' } }, returns('{b} $& {{')],
  ['TEXT.TEMPLATE', { template: '{a b}', values: { 'a b': null } }, returns('null')],
  ['TEXT.TEMPLATE', { template: '{a}', values: {} }, invalidArgument],
  ['TEXT.TEMPLATE', { template: '{toString}', values: {} }, invalidArgument],
  ['TEXT.TEMPLATE', { template: '{}', values: { a: 1 } }, invalidArgument],
  ['TEXT.TEMPLATE', { template: '{a', values: { a: 1 } }, invalidArgument],
  ['TEXT.TEMPLATE', { template: 'a}', values: { a: 1 } }, invalidArgument],
  ['TEXT.TEMPLATE', { template: '{a}', values: ['a'] }, invalidType],

  ['TEXT.INCLUDES', { text: '', piece: '' }, returns(true)],
  ['TEXT.INCLUDES', { text: 'a', piece: 'A' }, returns(false)],
  ['TEXT.INCLUDES_ANY', { text: 'a', pieces: [] }, returns(false)],
  ['TEXT.INCLUDES_ANY', { text: 'a', pieces: ['b', ''] }, returns(true)],
  ['TEXT.INCLUDES_ANY', { text: 'a', pieces: ['a', 1] }, raises],
  ['TEXT.INCLUDES_ANY', { text: 'ab', pieces: MANY }, returns(false)],
  ['TEXT.INCLUDES_ANY', { text: 'ab', pieces: [...MANY, ''] }, returns(true)],
  ['TEXT.INCLUDES_ANY', { text: 'xabcabdx', pieces: [...MANY, 'abcabcd', 'abd'] }, returns(true)],
  ['TEXT.INCLUDES_ALL', { text: 'a', pieces: ['a', null] }, raises],
  ['TEXT.INCLUDES_ALL', { text: MANY.join(''), pieces: [...MANY, ...MANY, '', 'z1', '1', '16'] }, returns(true)],
  ['TEXT.INCLUDES_ALL', { text: MANY.join(''), pieces: [...MANY, 'z16z'] }, returns(false)],

  ['TEXT.COUNT', { text: '' }, returns(0)],
  ['TEXT.COUNT', { text: '🐍e\u0301' }, returns(3)],
  ['TEXT.COUNT_PIECE', { text: 'aaaa', piece: 'aa' }, returns(2)],
  ['TEXT.COUNT_PIECE', { text: 'a🐍', piece: '' }, returns(3)],
  ['TEXT.COUNT_PIECE', { text: '', piece: 'a' }, returns(0)],
  ['TEXT.GET', { text: 'a🐍', index: -1 }, returns('🐍')],
  ['TEXT.GET', { text: 'ab', index: -3 }, raises],
  ['TEXT.GET', { text: '', index: 0 }, raises],
  ['TEXT.GET', { text: 'ab', index: 0.5 }, invalidType],
  ['TEXT.GET', { text: 'ab', index: '0' }, invalidType],

  ['TEXT.IS_EMPTY', { text: '' }, returns(true)],
  ['TEXT.IS_EMPTY', { text: '\x1c\u3000', include_spaces: false }, returns(true)],
  ['TEXT.IS_EMPTY', { text: '\ufeff', include_spaces: false }, returns(false)],
  ['TEXT.STARTS_WITH', { text: 'a', piece: '' }, returns(true)],
  ['TEXT.STARTS_WITH', { text: 'a', piece: 'ab' }, returns(false)],
  ['TEXT.ENDS_WITH', { text: 'a', piece: '' }, returns(true)],
  ['TEXT.ENDS_WITH', { text: 'ab', piece: 'a' }, returns(false)],
  ['TEXT.IS_NUMERIC', { text: '٣½Ⅷ四𝟗' }, returns(true)],
  ['TEXT.IS_NUMERIC', { text: '1.0' }, returns(false)],
  ['TEXT.IS_ALPHA', { text: '' }, returns(false)],
  ['TEXT.IS_ALPHA', { text: '漢字𝐀' }, returns(true)],
  ['TEXT.IS_ALPHA', { text: 'a b' }, returns(false)],
  ['TEXT.IS_TEXT', { value: '' }, returns(true)],
  ['TEXT.IS_TEXT', { value: null }, returns(false)],

  ['TEXT.STRIP', { text: '\x85a\xa0' }, returns('a')],
  ['TEXT.STRIP', { text: '\ufeffa' }, returns('\ufeffa')],
  ['TEXT.STRIP', { text: ' a ', chars: null }, returns('a')],
  ['TEXT.STRIP', { text: ' a ', chars: '' }, returns(' a ')],
  ['TEXT.STRIP', { text: '🐍🐎🐍', chars: '🐍' }, returns('🐎')],
  ['TEXT.STRIP', { text: 'aaa', chars: 'a' }, returns('')],
  ['TEXT.UPPERCASE', { text: 'ŉﬁı' }, returns('ʼNFII')],
  ['TEXT.LOWERCASE', { text: 'ΟΔΟΣ' }, returns('οδος')],
  ['TEXT.TITLECASE', { text: "it's ABC-def 1st" }, returns("It'S Abc-Def 1St")],
  ['TEXT.TITLECASE', { text: 'ßa ﬁn ǆ ა ᾳ ΟΔΟΣ 𐐨𐐀' }, returns('Ssa Fin ǅ ა ᾼ Οδος 𐐀𐐨')],

  ['TEXT.SPLIT', { text: '' }, returns([])],
  ['TEXT.TITLECASE', { text: "ŉa ΑΣ'Α ΑΣ. ΑΣ." }, returns("ʼNa Ασ'Α Ας. Ας.")],
  ['TEXT.SPLIT', { text: '\x1f a\u2003b\ufeff' }, returns(['a', 'b\ufeff'])],
  ['TEXT.SPLIT', { text: ' a  b ', maxsplit: 0 }, returns(['a  b '])],
  ['TEXT.SPLIT', { text: ' a  b  c ', maxsplit: 1 }, returns(['a', 'b  c '])],
  ['TEXT.SPLIT', { text: 'a b ', maxsplit: 2 }, returns(['a', 'b'])],
  ['TEXT.SPLIT', { text: '', seperator: ',' }, returns([''])],
  ['TEXT.SPLIT', { text: ',a,', seperator: ',' }, returns(['', 'a', ''])],
  ['TEXT.SPLIT', { text: 'aaa', seperator: 'aa' }, returns(['', 'a'])],
  ['TEXT.SPLIT', { text: 'a,b', seperator: ',', maxsplit: 0 }, returns(['a,b'])],
  ['TEXT.SPLIT', { text: 'a b', seperator: null, maxsplit: -5 }, returns(['a', 'b'])],
  ['TEXT.SPLIT', { text: 'a', seperator: '' }, invalidArgument],
  ['TEXT.SPLIT_LINES', { text: '' }, returns([])],
  ['TEXT.SPLIT_LINES', { text: '\n' }, returns([''])],
  ['TEXT.SPLIT_LINES', { text: 'a\n\nb\x0b\x85c\u2028d' }, returns(['a', '', 'b', '', 'c', 'd'])],
  ['TEXT.SPLIT_LINES', { text: 'a\r\nb\rc', keep_ends: true }, returns(['a\r\n', 'b\r', 'c'])],
  ['TEXT.SPLIT_CHARS', { text: '' }, returns([])],

  ['TEXT.REPLACE', { text: 'ab', old: '', new: '-' }, returns('-a-b-')],
  ['TEXT.REPLACE', { text: '🐍', old: '', new: '-', count: 2 }, returns('-🐍-')],
  ['TEXT.REPLACE', { text: 'abc', old: '', new: '-', count: 1 }, returns('-abc')],
  ['TEXT.REPLACE', { text: 'aaa', old: 'aa', new: 'a' }, returns('aa')],
  ['TEXT.REPLACE', { text: 'aaa', old: 'a', new: 'b', count: 0 }, returns('aaa')],
  ['TEXT.REPLACE', { text: 'aaa', old: 'a', new: '', count: -7 }, returns('')],
  ['TEXT.SLICE', { text: 'a🐍b', start: 1, stop: 2 }, returns('🐍')],
  ['TEXT.SLICE', { text: 'abc' }, returns('abc')],
  ['TEXT.SLICE', { text: 'abc', start: 5, stop: -9, step: -2 }, returns('ca')],
  ['TEXT.SLICE', { text: 'abc', start: 1e15, stop: null }, returns('')],
  ['TEXT.SLICE', { text: '', step: 0 }, invalidArgument],
  ['TEXT.SLICE', { text: 'abc', start: '1' }, invalidType],
]

describe('TEXT', () => {
  testExamples(textBlocks)
  testCases(textBlocks, CASES)

  const MEBI = 1024 * 1024
  const block = (action: string) => textBlocks.find((known) => known.action === action) as Block

  test.each([
    ['TEXT.JOIN_LIST', { list: Array(1000).fill(''), seperator: 'x'.repeat(MEBI) }],
    ['TEXT.REPLACE', { text: 'a'.repeat(MEBI), old: 'a', new: 'b'.repeat(1000) }],
    ['TEXT.REPLACE', { text: 'a'.repeat(MEBI), old: '', new: 'b'.repeat(1000) }],
    ['TEXT.TEMPLATE', { template: '{a}'.repeat(1000), values: { a: 'x'.repeat(MEBI) } }],
  ])('%s refuses to make a text of a GiB', (action, parameters) => {
    const run = () => block(action).run({ count: -1, ...parameters }, contextWith())
    expect(run).toThrow('more than 16777216')
  })

  const half = 'a'.repeat(MEBI / 4)
  test.each(['TEXT.INCLUDES', 'TEXT.COUNT_PIECE'])('%s is quick on text of one letter', async (action) => {
    const startedAt = threadMs()
    await callBlock(block(action), { text: 'a'.repeat(MEBI), piece: `${half}b${half}` })
    await callBlock(block(action), { text: 'a'.repeat(MEBI), piece: 'a'.repeat(20_000) })
    expect(threadMs() - startedAt).toBeLessThan(2000)
  })

  test.each([
    [`${half}b${half}`, 0],
    [`${'ab'.repeat(200)}a`, 2],
    ['ab'.repeat(150), 3],
  ])('a long piece is found as often as it stands in the text (%#)', async (piece, times) => {
    const text = 'ab'.repeat(500)
    expect(await callBlock(block('TEXT.COUNT_PIECE'), { text, piece })).toEqual({ returns: times })
  })

  test('a hundred thousand pieces are searched in one pass', async () => {
    const pieces = Array.from({ length: 100_000 }, (_, i) => String.fromCharCode(0x100 + (i % 317), 0x300 + i / 317))
    const startedAt = threadMs()
    expect(await callBlock(block('TEXT.INCLUDES_ANY'), { text: 'a'.repeat(MEBI), pieces })).toEqual({ returns: false })
    expect(threadMs() - startedAt).toBeLessThan(5000)
  })
})
