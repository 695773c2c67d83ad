import { hasWrongDigits } from '../../values/wholeNumbers.ts'
import { orderOf } from '../compare.ts'
import { type Value } from '../value.ts'
import type { Call } from './define.ts'

/** The items of a list, once it is known that all of them are numbers. */
export function numbersOf(list: readonly Value[], call: Call): readonly number[] {
  call.work.spend(list.length)
  if (list.every((item) => typeof item === 'number')) return list
  const at = list.findIndex((item) => typeof item !== 'number')
  const item = list[at]
  return call.fail(`item ${at} of the list is no number`, typeof item === 'object' ? undefined : item)
}

/** The sum of numbers; it fails where that is no finite number, or a whole one that a double would change. */
export function sumOf(numbers: readonly number[], call: Call): number {
  call.work.spend(numbers.length)
  const sum = numbers.reduce((total, number) => {
    const next = total + number
    return hasWrongDigits('+', total, number, next) ? call.fail('the sum is one that a double would change') : next
  }, 0)
  return Number.isFinite(sum) ? sum : call.fail('the sum is too large a number')
}

/** The items of a list in the order of the keys beside them; items of equal keys stay in theirs. */
export function sortedBy(list: readonly Value[], keys: readonly Value[], call: Call): Value[] {
  const { work } = call
  work.spend(2 * list.length)
  const compare = (left: Value, right: Value): number => {
    work.spend(2)
    return orderOf(left, right, work) ?? call.fail('the items are unlike, or have no order')
  }
  if (list === keys) return list.toSorted(compare)
  return list
    .map((item, i) => ({ item, key: keys[i] ?? null }))
    .sort((left, right) => compare(left.key, right.key))
    .map(({ item }) => item)
}
