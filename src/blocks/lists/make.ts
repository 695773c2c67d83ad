import { defineBlock, Type } from '../../engine/block.ts'
import { ValueTooLarge } from '../../engine/errors.ts'
import { anyList, MAX_ITEMS } from './list.ts'

const CREATED_ITEM = '^value[1-9][0-9]{0,2}$'

export const create = defineBlock({
  action: 'LISTS.CREATE',
  title: 'Create a list',
  description: 'Makes a list of the values given, in the order of their numbers; a value left out takes no place.',
  keywords: ['array', 'list'],
  parameters: Type.Object(
    {
      value1: Type.Optional(Type.Unknown({ description: 'The first item.' })),
      value2: Type.Optional(Type.Unknown({ description: 'The second item.' })),
    },
    {
      patternProperties: {
        [CREATED_ITEM]: Type.Unknown({ description: 'One more item: value3, value4, up to value999.' }),
      },
      additionalProperties: false,
    },
  ),
  returns: Type.Array(Type.Unknown()),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { value1: 1, value2: null }, returns: [1, null] },
    { parameters: { value10: 'last', value3: 'first' }, returns: ['first', 'last'] },
    { parameters: {}, returns: [] },
  ],
  run: (values) =>
    Object.entries(values)
      .map(([name, value]) => ({ number: Number(name.slice('value'.length)), value }))
      .sort((a, b) => a.number - b.number)
      .map(({ value }) => value),
})

export const copy = defineBlock({
  action: 'LISTS.COPY',
  title: 'Copy a list',
  description: 'Gives a new list with the same items.',
  parameters: Type.Object({ list: anyList('The list to copy.') }),
  returns: Type.Array(Type.Unknown()),
  effects: false,
  mutates: false,
  examples: [{ parameters: { list: [3, [1]] }, returns: [3, [1]] }],
  run: ({ list }) => list,
})

export const merge = defineBlock({
  action: 'LISTS.MERGE',
  title: 'Merge two lists',
  description: 'Gives a new list: the items of the first, then those of the second.',
  keywords: ['combine', 'union', 'concat'],
  parameters: Type.Object({ list1: anyList('What comes first.'), list2: anyList('What comes after it.') }),
  returns: Type.Array(Type.Unknown()),
  effects: false,
  mutates: false,
  examples: [{ parameters: { list1: [3, 1], list2: ['x'] }, returns: [3, 1, 'x'] }],
  run({ list1, list2 }) {
    if (list1.length + list2.length > MAX_ITEMS) throw new ValueTooLarge(`a list may have ${MAX_ITEMS} items`)
    return [...list1, ...list2]
  },
})

export const flatten = defineBlock({
  action: 'LISTS.FLATTEN',
  title: 'Flatten a list',
  description: 'Gives a new list where each inner list is replaced by its items, one level deep; other items stay.',
  keywords: ['flat', 'nested'],
  parameters: Type.Object({ values: anyList('The list of lists.') }),
  returns: Type.Array(Type.Unknown()),
  effects: false,
  mutates: false,
  examples: [
    {
      parameters: {
        values: [
          [1, 2],
          [3, [4]],
        ],
      },
      returns: [1, 2, 3, [4]],
    },
    { parameters: { values: [1, [], 'a'] }, returns: [1, 'a'] },
  ],
  run: ({ values }) => values.flat(),
})
