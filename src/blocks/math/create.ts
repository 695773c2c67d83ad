import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument } from '../../engine/errors.ts'
import { isChangedInteger } from '../../engine/values/numberLiterals.ts'
import { typeName } from '../comparison.ts'
import { strip, WHITE_SPACE } from '../text/characters.ts'
import { finite } from './finite.ts'

/** Python reads no integer with more digits than this. */
const MAX_DIGITS = 4300
const MAX_CHARACTERS = 20_000

/** Numbers as Python writes them: with `_` between digits, if so wished. */
const INTEGER = /^[+-]?\d+(_\d+)*$/
const FLOAT = /^[+-]?(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/i
const NO_NUMBER = /^[+-]?(inf|infinity|nan)$/i

const parameters = Type.Object({ value: Type.Unknown({ description: 'A number, a boolean or a text.' }) })

export const createInteger = defineBlock({
  action: 'MATH.CREATE_INTEGER',
  title: 'Create an integer',
  description: 'Turns a number, a boolean or a text into an integer; a fraction is cut off.',
  keywords: ['int', 'parse number', 'to number'],
  parameters,
  returns: Type.Integer(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { value: ' 42 ' }, returns: 42 },
    { parameters: { value: 3.9 }, returns: 3 },
  ],
  run: ({ value }) => finite(typeof value === 'string' ? parseInteger(value) : Math.trunc(toNumber(value))),
})

export const createFloat = defineBlock({
  action: 'MATH.CREATE_FLOAT',
  title: 'Create a number',
  description: 'Turns a text or a boolean into a number, which may have a fraction.',
  keywords: ['float', 'parse number', 'to number', 'decimal'],
  parameters,
  returns: Type.Number(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { value: '1.5e3' }, returns: 1500 },
    { parameters: { value: true }, returns: 1 },
  ],
  run: ({ value }) => finite(typeof value === 'string' ? parseFloatText(value) : toNumber(value)),
})

function toNumber(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value)
  throw new TypeError(`a number can't be made of ${typeName(value)}`)
}

/** What Python takes off both ends of a number: less of ASCII's white space where nothing else stands in the text. */
const ASCII_SPACE: ReadonlySet<string> = new Set(' \t\n\v\f\r')

// oxlint-disable-next-line no-control-regex -- all of ASCII is meant
const ASCII = /^[\0-\x7f]*$/

function trimmed(text: string): string {
  return strip(text, ASCII.test(text) ? ASCII_SPACE : WHITE_SPACE)
}

function parseInteger(text: string): number {
  const written = readable(text)
  if (!INTEGER.test(written)) throw new InvalidArgument(`${quoted(text)} is no integer; write digits, as in "42"`)
  const digits = written.replace(/[^0-9]/g, '').length
  if (digits > MAX_DIGITS) throw new InvalidArgument(`an integer may have ${MAX_DIGITS} digits, not ${digits}`)
  const plain = written.replaceAll('_', '')
  if (isChangedInteger(plain.replace('+', '')))
    throw new RangeError(`${quoted(text)} is an integer that a double would change`)
  return Number(plain)
}

function parseFloatText(text: string): number {
  const written = readable(text)
  if (NO_NUMBER.test(written)) return Number.NaN
  if (!FLOAT.test(written)) throw new InvalidArgument(`${quoted(text)} is no number; write one as in "4.2"`)
  return Number(written.replaceAll('_', ''))
}

/** A text without white space around it and with ASCII digits. Longer ones would cost more than any number is worth. */
function readable(text: string): string {
  const written = trimmed(text)
  if (written.length <= MAX_CHARACTERS) return asciiDigits(written)
  throw new InvalidArgument(`a number may be written in ${MAX_CHARACTERS} characters, not ${written.length}`)
}

/** Python reads the decimal digits of every script. */
function asciiDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)))
}

/** Digits stand in rows of ten, from 0 to 9; rows may follow each other directly. */
function digitValue(code: number): number {
  let first = code
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first--
  return (code - first) % 10
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)
}

/** The blocks that make a number. */
export const mathCreateBlocks: readonly Block[] = [createInteger, createFloat]
