import { describe, expect, test } from 'vitest'
import { SyntaxMistake } from '../../../src/engine/expressions/error.ts'
import { parseExpression } from '../../../src/engine/expressions/expression.ts'
import { evaluateText } from './evaluateText.ts'

function mistakeOf(text: string): { column: number; message: string } {
  try {
    parseExpression(text)
  } catch (error) {
    if (error instanceof SyntaxMistake) return error
    throw error
  }
  throw new Error(`${text} is an expression`)
}

describe('an expression', () => {
  test.each([
    ['.5 + .25', 0.75],
    ['[.5, -.5]', [0.5, -0.5]],
    ['r"C:\\" + r\'\\d\'', 'C:\\\\d'],
    ['"a" // a comment', 'a'],
    ['1\f+ 2', 3],
    ['0x10', 16],
    ['"\\x41\\101\\U0001F40E"', 'AA🐎'],
    ["'''a\n'b'''", "a\n'b"],
    ['1 + 2 // "\n + 3', 6],
    ['{"a": 1}.a', 1],
    ['-(-1)', 1],
    ['0 - 0', 0],
    ['-0', 0],
    ['true ? 1 : false ? 2 : 3', 1],
    ['"abc".size()', 3],
    ['{"__proto__": 1}.__proto__', 1],
  ])('%s gives %j', (text, value) => {
    expect(evaluateText(text)).toEqual(value)
  })

  test.each([
    ['1 + ', 5, 'the end'],
    ['.5 + a b', 8, "unexpected character: 'b'"],
    ['r"\\" + nope(1)', 8, 'there is no function nope'],
    ['[1].map(x, x)', 1, 'there is no function map'],
    ['"a".matches("b")', 1, 'there is no function matches'],
    ['1 + steps', 5, 'steps.ID'],
    ['steps[a]', 7, 'must be a text as it stands'],
    ['2 + 1u', 5, 'no counterpart'],
    ['9007199254740993', 1, 'a double would change'],
    ['1e999', 1, 'invalid number'],
    ['a.', 3, 'the end'],
    ['"', 1, 'unterminated'],
    ['if', 1, 'reserved'],
  ])('%s is none: the mistake is at column %i', (text, column, message) => {
    const mistake = mistakeOf(text)
    expect(mistake.message).toContain(message)
    expect(mistake.column).toBe(column)
  })
})

describe('at its bounds', () => {
  const nested = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`

  test.each([
    ['2,048 characters', `"${'é'.repeat(2046)}"`],
    ['2,048 characters of two units', `"${'🐎'.repeat(2046)}"`],
    ['200 nodes', `[${Array.from({ length: 199 }, () => '1').join()}]`],
    ['30 levels', nested(30)],
    ['30 levels of parentheses', `${'('.repeat(30)}1${')'.repeat(30)}`],
    ['a chain of one operator', Array.from({ length: 100 }, () => '1').join('+')],
    ['a chain of names', `a${'.b'.repeat(150)}`],
    ['a chain of calls', `"a"${'.trim()'.repeat(150)}`],
    ['a chain of choices', `${'false ? 1 : '.repeat(60)}2`],
  ])('%s are an expression', (_, text) => {
    expect(() => parseExpression(text)).not.toThrow()
  })

  test.each([
    ['2,049 characters', `"${'é'.repeat(2047)}"`, 'longer than 2048'],
    ['201 nodes', `[${Array.from({ length: 200 }, () => '1').join()}]`, 'more than 200'],
    ['201 nodes with entries', `{${Array.from({ length: 67 }, (_, i) => `"${i}": 1`).join()}}`, 'more than 200'],
    ['31 levels', nested(31), 'deeper than 30'],
    ['31 levels of parentheses', `${'('.repeat(31)}1${')'.repeat(31)}`, 'deeper than 30'],
    ['31 signs', `${'-'.repeat(31)}1`, 'deeper than 30'],
    ['2,000 signs', `${'!'.repeat(2000)}true`, 'deeper than 30'],
  ])('%s are none', (_, text, message) => {
    expect(mistakeOf(text).message).toContain(message)
  })
})

describe('an error', () => {
  test.each([
    ['order.total > 5', 'order.total is null'],
    ['1 + order.total', 'order.total is null'],
    ['order.name.trim()', 'order.name is null; trim takes a text'],
    ['size(order.id)', 'order.id is a number; size takes a text or a list or an object'],
    ['(order.id + 1) * "x"', 'order.id + 1 is a number, "x" is a text; * takes two numbers'],
    ['round(1, 2, 3)', 'round takes 1 to 2 arguments, not 3'],
    ['order.id / (1 - 1)', "1 - 1 is 0; / can't divide by it"],
    ['order ? 1 : 2', 'order is an object; ? takes booleans'],
    ['range(100001)', 'at most 100000'],
  ])('of %s names the part: %s', (text, message) => {
    expect(() => evaluateText(text, { order: { id: 7 } })).toThrow(message)
  })
})

describe('whole numbers beyond 2^53 are right to the last digit, or an error', () => {
  const roots = { id: 2 ** 53, many: [2 ** 53, 1, -2], orders: [{ n: 2 ** 53 }, { n: 1 }] }

  test.each([
    ['9007199254740992 + 1', '9007199254740992 + 1 is a whole number that a double would change'],
    ['1 + id', '1 + id is a whole number'],
    ['0 - id - 1', '0 - id - 1 is a whole number'],
    ['3037000501 * 3037000503', '3037000501 * 3037000503 is a whole number'],
    ['id * 1024 + 1', 'id * 1024 + 1 is a whole number'],
    ['sum(many)', 'the sum is one that a double would change'],
    ['sumBy(orders, "n")', 'the sum is one'],
    ['avg(many)', 'the sum is one'],
    ['number("9007199254740993")', 'the text is a whole number that a double would change'],
    ['number("-7615917337495251231")', 'the text is a whole number'],
  ])('%s is an error', (text, message) => {
    expect(() => evaluateText(text, roots)).toThrow(message)
  })

  test.each<[string, number]>([
    ['id + 2', 2 ** 53 + 2],
    ['id - 1', 2 ** 53 - 1],
    ['0 - id - 2', -(2 ** 53) - 2],
    ['id * 1024', 2 ** 63],
    ['id + 0.5', 2 ** 53],
    ['1e20 * 3', 3e20],
    ['6.02e23 * 12', 6.02e23 * 12],
    ['7615917337495251968 % 1000', 968],
    ['number("9007199254740994")', 2 ** 53 + 2],
  ])('%s is %d', (text, value) => {
    expect(evaluateText(text, roots)).toBe(value)
  })
})
