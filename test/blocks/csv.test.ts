import { describe, expect, test } from 'vitest'
import { csvBlocks } from '../../src/blocks/csv.ts'
import { parse } from '../../src/blocks/csv/parse.ts'
import { stringify } from '../../src/blocks/csv/stringify.ts'
import type { Json } from '../../src/engine/values/json.ts'
import { callBlock, type Case, invalidArgument, invalidType, returns, testCases, testExamples } from './callBlock.ts'
import { longestHold } from './longestHold.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const lists = (text: string, rows: Json, more: object = {}): Case => [
  'CSV.PARSE',
  { text, header: false, ...more },
  returns(rows),
]

const CASES: readonly Case[] = [
  ['CSV.PARSE', { text: '' }, returns([])],
  ['CSV.PARSE', { text: 'a,b' }, returns([])],
  ['CSV.PARSE', { text: '\ufeffa\n1' }, returns([{ a: '1' }])],
  ['CSV.PARSE', { text: 'a,b\n1\n' }, invalidArgument],
  ['CSV.PARSE', { text: 'a\n1,2\n' }, invalidArgument],
  ['CSV.PARSE', { text: 'a,a\n1,2\n' }, invalidArgument],
  ['CSV.PARSE', { text: '__proto__,toString\n1,2' }, returns([JSON.parse('{"__proto__":"1","toString":"2"}')])],
  ['CSV.PARSE', { text: 'a;b\n1;2', delimiter: ';' }, returns([{ a: '1', b: '2' }])],
  ['CSV.PARSE', { text: 'a', delimiter: '' }, invalidType],
  ['CSV.PARSE', { text: 'a', delimiter: '"' }, invalidType],
  ['CSV.PARSE', { text: 'a', delimiter: ',,' }, invalidType],
  ['CSV.PARSE', { text: 'a'.repeat(1_048_577) }, invalidType],
  lists('1,2\r\n3\n\n4,5,6\r', [['1', '2'], ['3'], ['4', '5', '6']]),
  lists('"a\nb","c""d",""', [['a\nb', 'c"d', '']]),
  lists('a\tb', [['a', 'b']], { delimiter: '\t' }),
  lists('é,😀', [['é', '😀']]),
  lists('012,1e5,true', [['012', '1e5', 'true']]),
  ...['"a', 'a"b', '"a"b', '"a" '].map((text): Case => ['CSV.PARSE', { text, header: false }, invalidArgument]),

  ['CSV.STRINGIFY', { rows: [] }, returns('')],
  ['CSV.STRINGIFY', { rows: [{}] }, returns('\r\n')],
  ['CSV.STRINGIFY', { rows: [{ a: 1 }], header: false }, returns('1\r\n')],
  ['CSV.STRINGIFY', { rows: [{ a: 1, b: 2 }], columns: ['b', 'x'] }, returns('b,x\r\n2,\r\n')],
  ['CSV.STRINGIFY', { rows: [['a"b', 'c\nd', 'e,f', ' g']] }, returns('"a""b","c\nd","e,f", g\r\n')],
  ['CSV.STRINGIFY', { rows: [['=1+1', '-2', -2]], escape_formulas: true }, returns("'=1+1,'-2,'-2\r\n")],
  ['CSV.STRINGIFY', { rows: [['=1+1']] }, returns('=1+1\r\n')],
  ['CSV.STRINGIFY', { rows: [{ a: 1 }, [1]] }, invalidArgument],
  ['CSV.STRINGIFY', { rows: ['a'] }, invalidArgument],
  ['CSV.STRINGIFY', { rows: [{ a: [1] }] }, invalidArgument],
  ['CSV.STRINGIFY', { rows: 'a' }, invalidType],
]

describe('CSV', () => {
  testExamples(csvBlocks)
  testCases(csvBlocks, CASES)

  test('what is written is read again as it was', async () => {
    const rows = [
      { a: 'x,y', b: '"q"' },
      { a: 'l\r\nm', b: ' ' },
      { a: '-1', b: '😀' },
    ]
    const written = await callBlock(stringify, { rows })
    const text = (written as { returns: string }).returns
    expect(await callBlock(parse, { text })).toEqual(returns(rows))
  })

  test.each([
    ['separators', ','.repeat(1_000_000)],
    ['lines', 'a\n'.repeat(500_000)],
    ['quotes', `"${'""'.repeat(499_999)}"`],
    ['one value', 'x'.repeat(1_000_000)],
  ])('a million characters of %s hold nobody up', { timeout: PATIENCE_MS }, async (_, text) => {
    expect(await longestHold(() => callBlock(parse, { text, header: false }))).toBeLessThan(1000)
  })

  test('a hundred thousand columns are found to be different at once', { timeout: PATIENCE_MS }, async () => {
    const names = Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(',')
    expect(await longestHold(() => callBlock(parse, { text: names }))).toBeLessThan(1000)
  })

  test('rows with a name of their own each are refused before their cells fill the memory', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ [`c${i}`]: i }))
    expect(await callBlock(stringify, { rows })).toEqual({ status: 'UNHANDLED_EXCEPTION' })
  })

  test('tens of thousands of rows are written in turns with everything else', { timeout: PATIENCE_MS }, async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => ({ a: i, b: 'x' }))
    expect(await longestHold(() => callBlock(stringify, { rows }))).toBeLessThan(1000)
  })
})
