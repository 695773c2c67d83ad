import { compareText } from '../values/order.ts'
import { Duration, Timestamp, type Value, type ValueObject } from './value.ts'
import { NATIVE_CHARACTERS, SINGLE_CHARACTERS, type Work } from './work.ts'

/** Deep equality of any two values. Unlike types are never equal; the order of keys does not count. */
export function valuesEqual(left: Value, right: Value, work: Work): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length === right.length) work.spend(left.length / NATIVE_CHARACTERS)
    return left === right
  }
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right
  if (isTime(left)) {
    return isTime(right) && left.constructor === right.constructor && left.milliseconds === right.milliseconds
  }
  if (isTime(right)) return false
  if (!Array.isArray(left)) return !Array.isArray(right) && equalObjects(left, right, work)
  return Array.isArray(right) && equalLists(left, right, work)
}

function isTime(value: Value): value is Timestamp | Duration {
  return value instanceof Timestamp || value instanceof Duration
}

function equalLists(left: Value[], right: Value[], work: Work): boolean {
  work.spend(2)
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) {
    work.spend(1)
    if (!valuesEqual(left[i] ?? null, right[i] ?? null, work)) return false
  }
  return true
}

/** What it costs to list the keys of an object and to look one up, in visits. */
const KEY = 8

function equalObjects(left: ValueObject, right: ValueObject, work: Work): boolean {
  const keys = Object.keys(left)
  work.spend(1 + KEY * keys.length)
  if (keys.length !== Object.keys(right).length) return false
  return keys.every((key) => Object.hasOwn(right, key) && valuesEqual(left[key] ?? null, right[key] ?? null, work))
}

/**
 * The order of two numbers, two texts (by code point), two moments or two durations: below, at or above 0. Undefined
 * for anything else: that has none.
 */
export function orderOf(left: Value, right: Value, work: Work): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') {
    work.spend(Math.min(left.length, right.length) / SINGLE_CHARACTERS)
    return compareText(left, right)
  }
  if (left instanceof Timestamp && right instanceof Timestamp) return left.milliseconds - right.milliseconds
  if (left instanceof Duration && right instanceof Duration) return left.milliseconds - right.milliseconds
  return undefined
}
