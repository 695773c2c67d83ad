import { isObject } from '../engine/values/json.ts'
import { compareText } from '../engine/values/order.ts'

/** Deep equality of JSON values. Unlike types are never equal: true is not 1. */
export function jsonEqual(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || left === null) return left === right
  if (typeof right !== 'object' || right === null) return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, i) => jsonEqual(item, right[i]))
  }
  return equalObjects(left, right)
}

/** Own keys only: keys such as `constructor`, which general libraries look at, are ordinary data here. */
function equalObjects(left: object, right: object): boolean {
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  return keys.every((key) => Object.hasOwn(right, key) && jsonEqual(Reflect.get(left, key), Reflect.get(right, key)))
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

function compareLists(left: readonly unknown[], right: readonly unknown[]): number {
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) {
    const order = compareMembers(left[i], right[i])
    if (order !== 0) return order
  }
  return left.length - right.length
}

/** Members that are equal need no order of their own. Lists are walked once, however deep they are. */
function compareMembers(left: unknown, right: unknown): number {
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right)
  return jsonEqual(left, right) ? 0 : compare(left, right)
}

/** What a value is, in the words of JSON, for messages. */
export function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return 'an object'
  if (typeof value === 'string') return 'a text'
  return `a ${typeof value}`
}
