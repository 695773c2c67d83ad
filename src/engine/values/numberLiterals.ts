import { createScanner } from 'jsonc-parser'
import { pointerPart } from './pointer.ts'

/** A number as a JSON text writes it, and where. */
export type NumberLiteral = {
  readonly literal: string
  /** Where in the text it begins, in UTF-16 units. */
  readonly offset: number
  /** The JSON Pointer of its place. */
  readonly pointer: string
}

/** A number can only be changed by a double if it is long, or has an exponent. */
const SUSPICIOUS = /[\d.]{16}|\d[eE]/g

/** A number from some place in it on. */
const REST_OF_NUMBER = /[-+\d.eE]+/y

/**
 * The numbers of a JSON text that `isWanted` picks, in order: some of those that a double could change. Most texts hold
 * none, and are not scanned at all; the others are scanned once, without recursion.
 *
 * @param text valid JSON
 */
export function pickNumbers(text: string, isWanted: (literal: string) => boolean): NumberLiteral[] {
  return holdsOne(text, isWanted) ? scan(text, isWanted) : []
}

/**
 * Whether there is such a number at all. What looks like one stands in a string as a rule, a UUID or a digest: strings
 * before it are leapt over, which takes a third of the time of a scan.
 */
function holdsOne(text: string, isWanted: (literal: string) => boolean): boolean {
  let outside = 0 // no string that begins before this place reaches beyond it
  SUSPICIOUS.lastIndex = 0
  for (let found = SUSPICIOUS.exec(text); found !== null; found = SUSPICIOUS.exec(text)) {
    const { index } = found
    let quote = text.indexOf('"', outside)
    while (quote !== -1 && quote < index) {
      outside = endOfString(text, quote)
      quote = outside > index ? -1 : text.indexOf('"', outside)
    }
    if (outside <= index) {
      REST_OF_NUMBER.lastIndex = startOfNumber(text, index)
      const [literal = ''] = REST_OF_NUMBER.exec(text) ?? []
      if (isWanted(literal)) return true
      outside = REST_OF_NUMBER.lastIndex
    }
    SUSPICIOUS.lastIndex = outside
  }
  return false
}

/** Behind the string that begins at a place. Its end is the first quote behind an even number of backslashes. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1)
  for (; quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1
    while (text[before] === '\\') before--
    if ((quote - before) % 2 === 1) return quote + 1
  }
  return text.length // no JSON: nobody may wait for an end that never comes
}

function startOfNumber(text: string, inside: number): number {
  let start = inside
  while (start > 0 && /[-+\d.eE]/.test(text.charAt(start - 1))) start--
  return start
}

/** The scanner's `SyntaxKind`, whose declaration is a const enum that can't be imported file by file. */
const Token = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  string: 10,
  number: 11,
  end: 17,
} as const

/** Where the scanner stands: the keys and indexes on the way. */
type Level = { key: string | number; readonly inObject: boolean }

function scan(text: string, isWanted: (literal: string) => boolean): NumberLiteral[] {
  const scanner = createScanner(text, true)
  const picked: NumberLiteral[] = []
  const levels: Level[] = []
  let expectKey = false
  for (let token: number = scanner.scan(); token !== Token.end; token = scanner.scan()) {
    const top = levels.at(-1)
    switch (token) {
      case Token.openBrace:
        levels.push({ key: '', inObject: true })
        expectKey = true
        break
      case Token.openBracket:
        levels.push({ key: 0, inObject: false })
        expectKey = false
        break
      case Token.closeBrace:
      case Token.closeBracket:
        levels.pop()
        expectKey = false
        break
      case Token.comma:
        if (typeof top?.key === 'number') top.key += 1
        expectKey = top?.inObject ?? false
        break
      case Token.string:
        if (expectKey && top !== undefined) top.key = scanner.getTokenValue()
        expectKey = false
        break
      case Token.number: {
        const literal = scanner.getTokenValue()
        if (isWanted(literal)) {
          const pointer = levels.map(({ key }) => pointerPart(key)).join('')
          picked.push({ literal, offset: scanner.getTokenOffset(), pointer })
        }
        break
      }
      default:
        break
    }
  }
  return picked
}

/** Whether a double can hold it at all: `1e400` becomes infinite. */
export function isFiniteLiteral(literal: string): boolean {
  return Number.isFinite(Number(literal))
}

/** Whether it is an integer, written in digits alone, that a double would change. */
export function isChangedInteger(literal: string): boolean {
  const value = Number(literal)
  if (Number.isSafeInteger(value) || !/^-?\d+$/.test(literal)) return false
  return Number.isFinite(value) && BigInt(literal) !== BigInt(value)
}

/** A double keeps fifteen digits of any decimal; one more for the point. */
const SAFE_LENGTH = 16

/** `Number.prototype.toPrecision` goes no further. */
const MAX_PRECISION = 100

/**
 * Whether a double changes a number: written with as many digits as the text has, the double is another number. So
 * `0.1` and `0.10000000000000001`, which is how C prints that double, are kept, and `0.1234567890123456789` is not.
 */
export function isChanged(literal: string): boolean {
  if (/^-?\d+$/.test(literal)) return isChangedInteger(literal)
  if (literal.length <= SAFE_LENGTH && !/[eE]/.test(literal)) return false
  const { digits } = decimalOf(literal)
  if (digits === '0') return false
  if (digits.length > MAX_PRECISION) return true
  const [given, held] = [decimalOf(literal), decimalOf(Number(literal).toPrecision(digits.length))]
  return given.digits !== held.digits || given.exponent !== held.exponent
}

/** The significant digits of a number without zeros at either end, and the power of ten of their last one. */
function decimalOf(literal: string): { digits: string; exponent: number } {
  const [mantissa = '', power = '0'] = literal.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const written = (whole + fraction).replace(/^0+/, '')
  const digits = trimZeros(written)
  if (digits === '') return { digits: '0', exponent: 0 }
  return { digits, exponent: Number(power) - fraction.length + (written.length - digits.length) }
}

/** Not by a pattern: one that ends in `0+$` takes quadratic time on zeros that something follows. */
function trimZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits[end - 1] === '0') end--
  return digits.slice(0, end)
}
