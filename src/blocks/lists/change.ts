import { defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument, ValueTooLarge } from '../../engine/errors.ts'
import { copyJson } from '../../engine/values/json.ts'
import { compare } from '../comparison.ts'
import { indexOfItem } from '../membership.ts'
import { sorted } from '../sorting.ts'
import { inTurns, type LongWork } from '../turns.ts'
import { anyList, MAX_ITEMS, indexIn } from './list.ts'

const changed = anyList('The list to change; a tag of a variable changes the variable.')

export const append = defineBlock({
  action: 'LISTS.APPEND',
  title: 'Append an item',
  description: 'Puts an item at the end of a list, in place.',
  keywords: ['push', 'add', 'add item'],
  parameters: Type.Object({ list: changed, item: Type.Unknown({ description: 'What to put there.' }) }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { list: [1], item: 2 }, returns: null }],
  run({ list, item }) {
    list.push(copyJson(item))
    return null
  },
})

export const extend = defineBlock({
  action: 'LISTS.EXTEND',
  title: 'Extend a list',
  description: 'Puts the items of a second list at the end of the first, in place.',
  keywords: ['add all', 'concat lists', 'concat'],
  parameters: Type.Object({ list1: changed, list2: anyList('The items to put there.') }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { list1: [1], list2: [2, 3] }, returns: null }],
  run({ list1, list2 }) {
    if (list1.length + list2.length > MAX_ITEMS) throw new ValueTooLarge(`a list may have ${MAX_ITEMS} items`)
    const copies = list2.map((item) => copyJson(item))
    for (const item of copies) list1.push(item)
    return null
  },
})

export const insert = defineBlock({
  action: 'LISTS.INSERT',
  title: 'Insert an item',
  description: 'Puts an item before an index, in place; an index beyond either end means that end.',
  parameters: Type.Object({
    list: changed,
    index: Type.Integer({ description: 'The place, from 0; a negative one counts from the end.' }),
    item: Type.Unknown({ description: 'What to put there.' }),
  }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { list: ['a', 'c'], index: 1, item: 'b' }, returns: null }],
  run({ list, index, item }) {
    list.splice(index, 0, copyJson(item))
    return null
  },
})

export const remove = defineBlock({
  action: 'LISTS.REMOVE',
  title: 'Remove an item',
  description: 'Takes the first item equal to the one given out of a list, in place; fails if there is none.',
  parameters: Type.Object({ list: changed, item: Type.Unknown({ description: 'What to take out.' }) }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { list: [3, 1], item: 1 }, returns: null }],
  run: ({ list, item }, context) => inTurns(removeFrom(list, item), context),
})

function* removeFrom(list: unknown[], item: unknown): LongWork<null> {
  const index = yield* indexOfItem(list, item)
  if (index < 0) throw new InvalidArgument('the item is not in the list; remove only what LISTS.INCLUDES finds')
  list.splice(index, 1)
  return null
}

export const pop = defineBlock({
  action: 'LISTS.POP',
  title: 'Pop an item',
  description: 'Takes the item at an index out of a list, in place, and gives it; fails if there is none.',
  parameters: Type.Object({
    list: changed,
    index: Type.Union([Type.Integer(), Type.Null()], {
      default: null,
      description: 'The place, from 0; a negative one counts from the end; null means the last.',
    }),
  }),
  returns: Type.Unknown(),
  effects: false,
  mutates: true,
  examples: [
    { parameters: { list: [3, 1, 2] }, returns: 2 },
    { parameters: { list: [3, 1, 2], index: 0 }, returns: 3 },
  ],
  run: ({ list, index }) => list.splice(indexIn(list, index ?? -1), 1)[0],
})

export const clear = defineBlock({
  action: 'LISTS.CLEAR',
  title: 'Clear a list',
  description: 'Takes all items out of a list, in place.',
  parameters: Type.Object({ list: changed }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { list: [1, 2] }, returns: null }],
  run({ list }) {
    list.length = 0
    return null
  },
})

export const reverse = defineBlock({
  action: 'LISTS.REVERSE',
  title: 'Reverse a list',
  description: 'Turns the order of a list round, in place.',
  parameters: Type.Object({ list: changed }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { list: [1, 2] }, returns: null }],
  run({ list }) {
    list.reverse()
    return null
  },
})

export const sort = defineBlock({
  action: 'LISTS.SORT',
  title: 'Sort a list',
  description: 'Puts a list in order, in place; fails, and changes nothing, if its items have no order.',
  keywords: ['order', 'sort by'],
  parameters: Type.Object({
    list: changed,
    reverse: Type.Boolean({ default: false, description: 'Whether the largest comes first.' }),
  }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { list: [10, 9, 100] }, returns: null }],
  run: ({ list, reverse }, context) => inTurns(sortInPlace(list, reverse), context),
})

function* sortInPlace(list: unknown[], reverse: boolean): LongWork<null> {
  const inOrder = yield* sorted(list, reverse ? (a, b) => compare(b, a) : compare)
  for (const [index, item] of inOrder.entries()) list[index] = item
  return null
}
