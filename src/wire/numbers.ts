import { createScanner } from 'jsonc-parser'
import { pointerPart } from './validationError.ts'
import type { FieldError } from './problem.ts'

/** A number can only be changed by a double if it is long, or has an exponent. */
const SUSPICIOUS = /\d{16}|\d[eE]/

/**
 * Finds the first number literal of a JSON text that a double can't hold: an infinite one, or an integer that it would
 * change. Most texts hold nothing suspicious and are not scanned at all.
 *
 * @param text valid JSON
 */
export function findLossyNumber(text: string): FieldError | null {
  return SUSPICIOUS.test(text) ? scan(text) : null
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

/** Where the scanner stands: the keys and indexes on the way, and whether a key comes next. */
type Place = { key: string | number; inObject: boolean }

function scan(text: string): FieldError | null {
  const scanner = createScanner(text, true)
  const places: Place[] = []
  let expectKey = false
  for (let token: number = scanner.scan(); token !== Token.end; token = scanner.scan()) {
    const top = places.at(-1)
    switch (token) {
      case Token.openBrace:
        places.push({ key: '', inObject: true })
        expectKey = true
        break
      case Token.openBracket:
        places.push({ key: 0, inObject: false })
        expectKey = false
        break
      case Token.closeBrace:
      case Token.closeBracket:
        places.pop()
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
        const detail = judge(scanner.getTokenValue())
        if (detail !== null) return { pointer: places.map(({ key }) => pointerPart(key)).join(''), detail }
        break
      }
      default:
        break
    }
  }
  return null
}

function judge(literal: string): string | null {
  const value = Number(literal)
  if (!Number.isFinite(value)) return 'is too large for a double; send it as a string'
  if (Number.isSafeInteger(value) || !/^-?\d+$/.test(literal)) return null
  return BigInt(literal) === BigInt(value) ? null : 'is an integer that a double would change; send it as a string'
}
