import { defineBlock, Type } from '../../engine/block.ts'
import { copyJson, getOwn, setOwn } from '../../engine/values/json.ts'
import { anyDictionary, missingKey } from './dictionary.ts'

const dictionary = anyDictionary('The dictionary to change; a tag of a variable changes the variable.')

export const set = defineBlock({
  action: 'DICTIONARY.SET',
  title: 'Set a value',
  description: 'Puts a value under a key, in place, whether the key is new or not.',
  keywords: ['put', 'assign', 'property'],
  parameters: Type.Object({
    dictionary,
    key: Type.String({ description: 'The key.' }),
    value: Type.Unknown({ description: 'What to put there.' }),
  }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { dictionary: {}, key: 'a', value: 1 }, returns: null }],
  run({ dictionary, key, value }) {
    setOwn(dictionary, key, copyJson(value))
    return null
  },
})

export const update = defineBlock({
  action: 'DICTIONARY.UPDATE',
  title: 'Update a dictionary',
  description: 'Puts everything of a second dictionary into the first, in place.',
  parameters: Type.Object({ dict1: dictionary, dict2: anyDictionary('What to put into it.') }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { dict1: { a: 1 }, dict2: { a: 2, b: 3 } }, returns: null }],
  run({ dict1, dict2 }) {
    for (const [key, value] of Object.entries(dict2)) setOwn(dict1, key, copyJson(value))
    return null
  },
})

export const remove = defineBlock({
  action: 'DICTIONARY.DELETE',
  title: 'Delete a key',
  description: 'Takes a key and its value out of a dictionary, in place.',
  parameters: Type.Object({
    dictionary,
    key: Type.String({ description: 'The key.' }),
    silent: Type.Boolean({ default: true, description: 'Whether a missing key is fine; if not, the block fails.' }),
  }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [
    { parameters: { dictionary: { a: 1 }, key: 'a' }, returns: null },
    { parameters: { dictionary: { a: 1 }, key: 'z' }, returns: null },
  ],
  run({ dictionary, key, silent }) {
    if (!silent && !Object.hasOwn(dictionary, key)) throw missingKey(key)
    delete dictionary[key]
    return null
  },
})

export const pop = defineBlock({
  action: 'DICTIONARY.POP',
  title: 'Pop a key',
  description: 'Takes a key out of a dictionary, in place, and gives its value; without a default a missing key fails.',
  parameters: Type.Object({
    dictionary,
    key: Type.String({ description: 'The key.' }),
    default: Type.Optional(
      Type.Unknown({ description: 'What to give when the key is missing; null counts as given.' }),
    ),
  }),
  returns: Type.Unknown(),
  effects: false,
  mutates: true,
  examples: [
    { parameters: { dictionary: { a: 1 }, key: 'a' }, returns: 1 },
    { parameters: { dictionary: {}, key: 'a', default: 0 }, returns: 0 },
  ],
  run({ dictionary, key, default: otherwise }) {
    const value = getOwn(dictionary, key)
    if (value === undefined && otherwise === undefined) throw missingKey(key)
    delete dictionary[key]
    return value === undefined ? otherwise : value
  },
})

export const clear = defineBlock({
  action: 'DICTIONARY.CLEAR',
  title: 'Clear a dictionary',
  description: 'Takes all keys out of a dictionary, in place.',
  parameters: Type.Object({ dictionary }),
  returns: Type.Null(),
  effects: false,
  mutates: true,
  examples: [{ parameters: { dictionary: { a: 1 } }, returns: null }],
  run({ dictionary }) {
    for (const key of Object.keys(dictionary)) delete dictionary[key]
    return null
  },
})
