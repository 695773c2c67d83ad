import { setOwn } from '../../values/json.ts'
import { includes } from '../../values/search.ts'
import { orderOf, valuesEqual } from '../compare.ts'
import { isValueObject, type Value, type ValueObject } from '../value.ts'
import { costOfSearch, type Work } from '../work.ts'
import { type Call, define } from './define.ts'
import { numbersOf, sortedBy, sumOf } from './items.ts'
import { textOf } from './textOf.ts'

/** Functions that look at one place in each item of a list, named by a dotted path; `""` is the item itself. */
export const pathFunctions = [
  define({
    name: 'pluck',
    takes: { list: 'list', path: 'string' },
    gives: 'list',
    says: 'What stands at a path in each item of a list; null where nothing does.',
    example: ['pluck([{"a": {"b": 1}}, {}], "a.b")', [1, null]],
    run: ({ list, path }, call) => call.work.made(valuesAt(list, path, call.work)),
  }),
  define({
    name: 'where',
    takes: { list: 'list', path: 'string', operator: 'string', value: 'any' },
    gives: 'list',
    says: 'The items of a list in which the value at a path compares so: by `==` `!=` `<` `<=` `>` `>=` `in` `contains`. What is missing is null; null, or another kind of value, has no order and matches none of `<` `<=` `>` `>=`.',
    example: ['where([{"n": 1}, {"n": 5}, {}], "n", ">=", 3)', [{ n: 5 }]],
    run({ list, path, operator, value }, call) {
      const matches = matcher(operator, value, call)
      const found = valuesAt(list, path, call.work)
      return call.work.made(list.filter((_, i) => matches(found[i] ?? null)))
    },
  }),
  define({
    name: 'find',
    takes: { list: 'list', path: 'string', operator: 'string', value: 'any' },
    gives: 'any',
    says: 'The first item of a list that `where` would give; null without one.',
    example: ['find([{"n": 1}, {"n": 5}], "n", ">", 3)', { n: 5 }],
    run({ list, path, operator, value }, call) {
      const matches = matcher(operator, value, call)
      const at = partsOf(path)
      return list.find((item) => matches(valueAt(item, at, call.work))) ?? null
    },
  }),
  define({
    name: 'sortBy',
    takes: { list: 'list', path: 'string' },
    gives: 'list',
    says: 'The items of a list in the order of what stands at a path; items that are equal there stay in order.',
    example: ['sortBy([{"n": 2}, {"n": 1}], "n")', [{ n: 1 }, { n: 2 }]],
    run: ({ list, path }, call) => call.work.made(sortedBy(list, valuesAt(list, path, call.work), call)),
  }),
  define({
    name: 'groupBy',
    takes: { list: 'list', path: 'string' },
    gives: 'object',
    says: 'The items of a list in lists of their own, by what stands at a path, as text.',
    example: ['groupBy([{"k": "a"}, {"k": "b"}, {"k": "a"}], "k")', { a: [{ k: 'a' }, { k: 'a' }], b: [{ k: 'b' }] }],
    run({ list, path }, { work }) {
      const groups: Record<string, Value[]> = {}
      valuesAt(list, path, work).forEach((value, i) => {
        const key = keyOf(value, work)
        if (!Object.hasOwn(groups, key)) setOwn(groups, key, [])
        groups[key]?.push(list[i] ?? null)
      })
      return work.made(groups)
    },
  }),
  define({
    name: 'indexBy',
    takes: { list: 'list', path: 'string' },
    gives: 'object',
    says: 'The items of a list by what stands at a path, as text; of equal ones the last counts.',
    example: ['indexBy([{"id": 7, "n": "x"}], "id")', { '7': { id: 7, n: 'x' } }],
    run({ list, path }, { work }) {
      const index: ValueObject = {}
      valuesAt(list, path, work).forEach((value, i) => {
        setOwn(index, keyOf(value, work), list[i])
      })
      return work.made(index)
    },
  }),
  define({
    name: 'sumBy',
    takes: { list: 'list', path: 'string' },
    gives: 'number',
    says: 'The sum of the numbers at a path in the items of a list; null counts as 0.',
    example: ['sumBy([{"n": 1}, {"n": 2.5}, {}], "n")', 3.5],
    run({ list, path }, call) {
      const numbers = valuesAt(list, path, call.work).map((value) => value ?? 0)
      return sumOf(numbersOf(numbers, call), call)
    },
  }),
]

function partsOf(path: string): readonly string[] {
  return path === '' ? [] : path.split('.')
}

function valuesAt(list: readonly Value[], path: string, work: Work): Value[] {
  const parts = partsOf(path)
  return list.map((item) => valueAt(item, parts, work))
}

const INDEX = /^-?\d{1,9}$/

/** Own keys of objects, and whole numbers as indexes of lists. */
function valueAt(item: Value, parts: readonly string[], work: Work): Value {
  work.spend(4 + 3 * parts.length)
  let value = item
  for (const part of parts) {
    if (value === null) break
    if (Array.isArray(value)) value = (INDEX.test(part) ? value.at(Number(part)) : null) ?? null
    else value = isValueObject(value) && Object.hasOwn(value, part) ? (value[part] ?? null) : null
  }
  return value
}

function keyOf(value: Value, work: Work): string {
  work.spend(30)
  return textOf(value, work)
}

/** Whether a value at a path compares with another as an operator says. */
function matcher(operator: string, value: Value, call: Call): (found: Value) => boolean {
  const { work } = call
  const ordered =
    (holds: (order: number) => boolean) =>
    (found: Value): boolean => {
      const order = orderOf(found, value, work)
      return order !== undefined && holds(order)
    }
  switch (operator) {
    case '==':
      return (found) => valuesEqual(found, value, work)
    case '!=':
      return (found) => !valuesEqual(found, value, work)
    case '<':
      return ordered((order) => order < 0)
    case '<=':
      return ordered((order) => order <= 0)
    case '>':
      return ordered((order) => order > 0)
    case '>=':
      return ordered((order) => order >= 0)
    case 'in':
      return (found) => holds(value, found, work)
    case 'contains':
      return (found) => holds(found, value, work)
    default:
      return call.fail(`there is no operator ${operator}; it knows == != < <= > >= in contains`)
  }
}

/** Whether a list has an item, an object a key, or a text a part. */
function holds(container: Value, part: Value, work: Work): boolean {
  if (Array.isArray(container)) {
    return container.some((item) => {
      work.spend(1)
      return valuesEqual(item, part, work)
    })
  }
  if (typeof part !== 'string' || container === null) return false
  if (typeof container === 'string') {
    work.spend(costOfSearch(container, part))
    return includes(container, part)
  }
  return isValueObject(container) && Object.hasOwn(container, part)
}
