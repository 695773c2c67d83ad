import { dequal } from 'dequal/lite'
import { isObject } from '../engine/json.ts'

/** Deep equality of JSON values. Unlike types are never equal: true is not 1, as SEMANTICS.md settles it. */
export function equals(left: unknown, right: unknown): boolean {
  return dequal(left, right)
}

/**
 * The order of two values, below, at or above 0: numbers by size, text by code point, false before true, lists by
 * their first differing items. Throws a TypeError where Python has no order: unlike types, null, objects.
 */
export function compare(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right)
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right)
  throw new TypeError(`${typeName(left)} and ${typeName(right)} have no order`)
}

/** The order of two texts by code point; JavaScript's own compares UTF-16 units, which parts above U+FFFF. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i)
    const b = right.charCodeAt(i)
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

/** Surrogates stand for code points above every other unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

function compareLists(left: readonly unknown[], right: readonly unknown[]): number {
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) {
    if (!equals(left[i], right[i])) return compare(left[i], right[i])
  }
  return left.length - right.length
}

/** What a value is, in the words of JSON, for messages. */
export function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return 'an object'
  if (typeof value === 'string') return 'a text'
  return `a ${typeof value}`
}
