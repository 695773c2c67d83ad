import { defineBlock, Type } from '../../engine/block.ts'
import { setOwn } from '../../engine/values/json.ts'
import { typeName } from '../comparison.ts'
import { anyDictionary } from './dictionary.ts'

const dictionary = Type.Record(Type.String(), Type.Unknown())

export const create = defineBlock({
  action: 'DICTIONARY.CREATE',
  title: 'Create a dictionary',
  description: 'Makes a dictionary of all the parameters given, whatever their names.',
  keywords: ['object', 'map', 'record', 'json object', 'map literal', 'dict', 'hash'],
  parameters: Type.Object({}, { additionalProperties: true }),
  returns: dictionary,
  effects: false,
  mutates: false,
  examples: [
    { parameters: { x: 1, y: 'z' }, returns: { x: 1, y: 'z' } },
    { parameters: {}, returns: {} },
  ],
  run: (entries) => ({ ...entries }),
})

export const createFromPairs = defineBlock({
  action: 'DICTIONARY.CREATE_FROM_PAIRS',
  title: 'Create a dictionary from a pair',
  description: 'Makes a dictionary of one key and its value.',
  parameters: Type.Object({
    key: Type.String({ description: 'The key.' }),
    value: Type.Unknown({ description: 'What stands under it.' }),
  }),
  returns: dictionary,
  effects: false,
  mutates: false,
  examples: [{ parameters: { key: 'a', value: 1 }, returns: { a: 1 } }],
  run: ({ key, value }) => fromPairs([[key, value]]),
})

export const createFromList = defineBlock({
  action: 'DICTIONARY.CREATE_FROM_LIST',
  title: 'Create a dictionary from a list',
  description: 'Makes a dictionary of one pair of key and value, or of a list of pairs; of equal keys the last counts.',
  parameters: Type.Object({
    pairs: Type.Array(Type.Unknown(), { description: 'One pair, ["a", 1], or a list of pairs.' }),
  }),
  returns: dictionary,
  effects: false,
  mutates: false,
  examples: [
    { parameters: { pairs: ['a', 1] }, returns: { a: 1 } },
    {
      parameters: {
        pairs: [
          ['a', 1],
          ['b', 2],
        ],
      },
      returns: { a: 1, b: 2 },
    },
  ],
  run: ({ pairs }) => fromPairs(isPair(pairs) ? [pairs] : pairs),
})

export const merge = defineBlock({
  action: 'DICTIONARY.MERGE',
  title: 'Merge two dictionaries',
  description: 'Gives a new dictionary with the keys of both; where both have a key, the second counts.',
  keywords: ['assign', 'combine', 'spread'],
  parameters: Type.Object({
    dict1: anyDictionary('What comes first.'),
    dict2: anyDictionary('What is put over it.'),
  }),
  returns: dictionary,
  effects: false,
  mutates: false,
  examples: [{ parameters: { dict1: { a: 1, b: 1 }, dict2: { b: 2 } }, returns: { a: 1, b: 2 } }],
  run: ({ dict1, dict2 }) => ({ ...dict1, ...dict2 }),
})

function fromPairs(pairs: readonly unknown[]): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const pair of pairs) {
    if (!isPair(pair)) throw new TypeError(`a pair is a list of a text and a value, but here is ${shapeOf(pair)}`)
    setOwn(made, pair[0], pair[1])
  }
  return made
}

function isPair(value: unknown): value is [key: string, value: unknown] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string'
}

function shapeOf(value: unknown): string {
  if (!Array.isArray(value)) return typeName(value)
  return value.length === 2 ? `a list that begins with ${typeName(value[0])}` : `a list of ${value.length} items`
}
