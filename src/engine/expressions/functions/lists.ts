import { sliceList, sliceText } from '../../values/slice.ts'
import type { Value } from '../value.ts'
import { SINGLE_CHARACTERS } from '../work.ts'
import { identityOf } from './identity.ts'
import { define } from './define.ts'
import { numbersOf, sortedBy, sumOf } from './items.ts'

const MAX_RANGE = 100_000

/** Functions from a list to one value. */
const gathering = [
  define({
    name: 'sum',
    takes: { list: 'list' },
    gives: 'number',
    says: 'The sum of the numbers of a list; 0 for an empty one.',
    example: ['sum([1, 2, 3.5])', 6.5],
    run: ({ list }, call) => sumOf(numbersOf(list, call), call),
  }),
  define({
    name: 'avg',
    takes: { list: 'list' },
    gives: 'any',
    says: 'The mean of the numbers of a list; null for an empty one.',
    example: ['avg([1, 2])', 1.5],
    run: ({ list }, call) => (list.length === 0 ? null : sumOf(numbersOf(list, call), call) / list.length),
  }),
  define({
    name: 'first',
    takes: { list: 'list' },
    gives: 'any',
    says: 'The first item of a list; null for an empty one.',
    example: ['first([7, 8])', 7],
    run: ({ list }) => list[0] ?? null,
  }),
  define({
    name: 'last',
    takes: { list: 'list' },
    gives: 'any',
    says: 'The last item of a list; null for an empty one.',
    example: ['last([7, 8])', 8],
    run: ({ list }) => list.at(-1) ?? null,
  }),
]

/** Functions that give another list. */
const arranging = [
  define({
    name: 'sort',
    takes: { list: 'list' },
    gives: 'list',
    says: 'The items of a list in order: numbers, texts by code point, timestamps or durations, all of one kind.',
    example: ['[3, 1, 2].sort()', [1, 2, 3]],
    run: ({ list }, call) => call.work.made(sortedBy(list, list, call)),
  }),
  define({
    name: 'reverse',
    takes: { list: 'list' },
    gives: 'list',
    says: 'The items of a list, the last one first.',
    example: ['[1, 2].reverse()', [2, 1]],
    run({ list }, { work }) {
      work.spend(list.length)
      return work.made(list.toReversed())
    },
  }),
  define({
    name: 'distinct',
    takes: { list: 'list' },
    gives: 'list',
    says: 'The items of a list, each but once, where it stands first.',
    example: ['[1, 1.0, "1", [2], [2]].distinct()', [1, '1', [2]]],
    run({ list }, { work }) {
      const seen = new Set<unknown>()
      const kept = list.filter((item) => {
        const identity = identityOf(item, work)
        if (seen.has(identity)) return false
        seen.add(identity)
        return true
      })
      return work.made(kept)
    },
  }),
  define({
    name: 'flatten',
    takes: { list: 'list' },
    gives: 'list',
    says: 'A list with the items of the lists in it in their place, one level deep.',
    example: ['[[1], [2, [3]], 4].flatten()', [1, 2, [3], 4]],
    run({ list }, { work }) {
      work.refuseAbove(work.bytesOf(list))
      work.spend(2 * list.length)
      const flat: Value[] = []
      for (const item of list) {
        if (!Array.isArray(item)) flat.push(item)
        else for (const inner of item) flat.push(inner)
      }
      return work.made(flat)
    },
  }),
  define({
    name: 'slice',
    takes: { value: 'list|string', from: 'integer', to: 'integer?' },
    gives: 'list | string',
    says: 'A part of a list or a text from one position up to another, which is left out; negative ones count from the end.',
    example: ['[1, 2, 3, 4].slice(1, 3)', [2, 3]],
    run({ value, from, to }, { work }) {
      const slice = { start: from, stop: to ?? null, step: null }
      if (typeof value === 'string') {
        work.spend(value.length / SINGLE_CHARACTERS)
        return work.made(sliceText(value, slice))
      }
      return work.made(sliceList(value, slice))
    },
  }),
  define({
    name: 'range',
    takes: { a: 'integer', b: 'integer?' },
    gives: 'list',
    says: `The whole numbers from 0 up to a, or from a up to b, the end left out; at most ${MAX_RANGE}.`,
    example: ['range(2, 5)', [2, 3, 4]],
    run({ a, b }, call) {
      const [from, to] = b === undefined ? [0, a] : [a, b]
      const count = Math.max(0, to - from)
      if (count > MAX_RANGE)
        return call.fail(`a list of ${count} numbers is too long; at most ${MAX_RANGE} are allowed`)
      call.work.refuseAbove(2 * count)
      call.work.spend(count)
      const numbers: number[] = []
      for (let i = 0; i < count; i++) numbers.push(from + i)
      return call.work.made(numbers)
    },
  }),
]

/** Functions of lists. */
export const listFunctions = [...gathering, ...arranging]
