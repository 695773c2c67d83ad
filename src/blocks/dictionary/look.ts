import { defineBlock, Type } from '../../engine/block.ts'
import { getOwn, isObject } from '../../engine/values/json.ts'
import { includesItem } from '../membership.ts'
import { inTurns } from '../turns.ts'
import { anyDictionary, missingKey } from './dictionary.ts'

const dictionary = anyDictionary('The dictionary to read.')

export const get = defineBlock({
  action: 'DICTIONARY.GET',
  title: 'Get a value',
  description: 'Gives the value under a key; without a default it fails if there is none.',
  keywords: ['lookup', 'read', 'property', 'field', 'get key'],
  parameters: Type.Object({
    dictionary,
    key: Type.String({ description: 'The key to look up.' }),
    default: Type.Optional(
      Type.Unknown({ description: 'What to give when the key is missing; null counts as given.' }),
    ),
  }),
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { dictionary: { a: 1 }, key: 'a' }, returns: 1 },
    { parameters: { dictionary: { a: 1 }, key: 'z', default: null }, returns: null },
  ],
  run({ dictionary, key, default: otherwise }) {
    const value = getOwn(dictionary, key)
    if (value !== undefined) return value
    if (otherwise === undefined) throw missingKey(key)
    return otherwise
  },
})

export const count = defineBlock({
  action: 'DICTIONARY.COUNT',
  title: 'Count keys',
  description: 'Tells how many keys a dictionary has.',
  parameters: Type.Object({ dictionary }),
  returns: Type.Integer(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { dictionary: { a: 1, b: 2 } }, returns: 2 }],
  run: ({ dictionary }) => Object.keys(dictionary).length,
})

export const listKeys = defineBlock({
  action: 'DICTIONARY.LIST_KEYS',
  title: 'List keys',
  description: 'Gives the keys of a dictionary as a list.',
  keywords: ['keys'],
  parameters: Type.Object({ dictionary }),
  returns: Type.Array(Type.String()),
  effects: false,
  mutates: false,
  examples: [{ parameters: { dictionary: { z: 1, a: 2 } }, returns: ['z', 'a'] }],
  run: ({ dictionary }) => Object.keys(dictionary),
})

export const listValues = defineBlock({
  action: 'DICTIONARY.LIST_VALUES',
  title: 'List values',
  description: 'Gives the values of a dictionary as a list.',
  keywords: ['values'],
  parameters: Type.Object({ dictionary }),
  returns: Type.Array(Type.Unknown()),
  effects: false,
  mutates: false,
  examples: [{ parameters: { dictionary: { a: 1, b: [2] } }, returns: [1, [2]] }],
  run: ({ dictionary }) => Object.values(dictionary),
})

export const listItems = defineBlock({
  action: 'DICTIONARY.LIST_ITEMS',
  title: 'List pairs',
  description: 'Gives the keys of a dictionary with their values as a list of pairs.',
  keywords: ['entries', 'pairs', 'items'],
  parameters: Type.Object({ dictionary }),
  returns: Type.Array(Type.Tuple([Type.String(), Type.Unknown()])),
  effects: false,
  mutates: false,
  examples: [
    {
      parameters: { dictionary: { a: 1, b: [2] } },
      returns: [
        ['a', 1],
        ['b', [2]],
      ],
    },
  ],
  run: ({ dictionary }) => Object.entries(dictionary),
})

export const isDictionary = defineBlock({
  action: 'DICTIONARY.IS_DICTIONARY',
  title: 'Is a dictionary',
  description: 'Tells whether a value is a dictionary.',
  parameters: Type.Object({ value: Type.Unknown({ description: 'The value to look at.' }) }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { value: {} }, returns: true },
    { parameters: { value: [] }, returns: false },
  ],
  run: ({ value }) => isObject(value),
})

export const isKeyExists = defineBlock({
  action: 'DICTIONARY.IS_KEY_EXISTS',
  title: 'Has a key',
  description: 'Tells whether a dictionary has a key.',
  parameters: Type.Object({ dictionary, key: Type.String({ description: 'The key to look for.' }) }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { dictionary: { a: null }, key: 'a' }, returns: true }],
  run: ({ dictionary, key }) => Object.hasOwn(dictionary, key),
})

export const isValueExists = defineBlock({
  action: 'DICTIONARY.IS_VALUE_EXISTS',
  title: 'Has a value',
  description: 'Tells whether a value stands under any key of a dictionary.',
  parameters: Type.Object({ dictionary, value: Type.Unknown({ description: 'The value to look for.' }) }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { dictionary: { a: 1, b: [2] }, value: [2] }, returns: true }],
  run: ({ dictionary, value }, context) => inTurns(includesItem(Object.values(dictionary), value), context),
})
