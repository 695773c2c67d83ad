import { defineBlock, Type } from '../../engine/block.ts'
import { countItem, holds, includesItem, indexOfItem } from '../membership.ts'
import { inTurns } from '../turns.ts'
import { anyList, indexIn } from './list.ts'

const item = Type.Unknown({ description: 'What to look for.' })
const searched = anyList('The list to look in.')

export const count = defineBlock({
  action: 'LISTS.COUNT',
  title: 'Count items',
  description: 'Tells how many items a list has.',
  keywords: ['length', 'len', 'size', 'count items'],
  parameters: Type.Object({ list: anyList('The list to count.') }),
  returns: Type.Integer(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { list: [3, 1, 2] }, returns: 3 }],
  run: ({ list }) => list.length,
})

export const countEqual = defineBlock({
  action: 'LISTS.COUNT_ITEM',
  title: 'Count an item',
  description: 'Tells how often a list holds an item.',
  parameters: Type.Object({ list: searched, item }),
  returns: Type.Integer(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { list: [3, 1, 2, 1], item: 1 }, returns: 2 }],
  run: ({ list, item }, context) => inTurns(countItem(list, item), context),
})

export const get = defineBlock({
  action: 'LISTS.GET',
  title: 'Get an item',
  description: 'Gives the item at an index; fails if there is none.',
  keywords: ['item', 'element', 'at', 'nth', 'index'],
  parameters: Type.Object({
    list: anyList('The list to read.'),
    index: Type.Integer({ description: 'The place, from 0; a negative one counts from the end.' }),
  }),
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { list: [3, 1, 2], index: -1 }, returns: 2 }],
  run: ({ list, index }) => list[indexIn(list, index)],
})

export const random = defineBlock({
  action: 'LISTS.RANDOM',
  title: 'Pick a random item',
  description: 'Gives one item of a list by chance; fails if the list is empty.',
  keywords: ['sample', 'choice', 'shuffle'],
  parameters: Type.Object({ list: anyList('The list to pick from.') }),
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { list: ['only'] }, returns: 'only' }],
  run({ list }) {
    if (list.length === 0) throw new RangeError('an empty list has nothing to pick; give one with items')
    return list[Math.floor(Math.random() * list.length)]
  },
})

export const index = defineBlock({
  action: 'LISTS.INDEX',
  title: 'Find an item',
  description: 'Gives the index of the first item equal to the one given, or -1.',
  keywords: ['find', 'indexof', 'position'],
  parameters: Type.Object({ list: searched, item }),
  returns: Type.Integer({ minimum: -1 }),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { list: ['a', 'b', 'b'], item: 'b' }, returns: 1 },
    { parameters: { list: ['a'], item: 'z' }, returns: -1 },
  ],
  run: ({ list, item }, context) => inTurns(indexOfItem(list, item), context),
})

export const includes = defineBlock({
  action: 'LISTS.INCLUDES',
  title: 'Includes an item',
  description: 'Tells whether a list holds an item.',
  keywords: ['contains', 'in', 'has'],
  parameters: Type.Object({ list: searched, item }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { list: [[1], { a: 1 }], item: { a: 1 } }, returns: true }],
  run: ({ list, item }, context) => inTurns(includesItem(list, item), context),
})

export const includesAny = defineBlock({
  action: 'LISTS.INCLUDES_ANY',
  title: 'Includes any item',
  description: 'Tells whether a list holds at least one of some items.',
  parameters: Type.Object({ list: searched, items: anyList('The items, one of which is enough.') }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { list: [3, 1, 2], items: [9, 1] }, returns: true }],
  run: ({ list, items }, context) => inTurns(holds('any', list, items), context),
})

export const includesAll = defineBlock({
  action: 'LISTS.INCLUDES_ALL',
  title: 'Includes all items',
  description: 'Tells whether a list holds each of some items; of no items it does.',
  parameters: Type.Object({ list: searched, items: anyList('The items, all of which must be there.') }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { list: [3, 1, 2], items: [9, 1] }, returns: false }],
  run: ({ list, items }, context) => inTurns(holds('all', list, items), context),
})
