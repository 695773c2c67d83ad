import { type Block, defineBlock, Type } from '../engine/block.ts'
import { InvalidArgument, ValueTooLarge } from '../engine/errors.ts'
import type { Json } from '../engine/values/json.ts'
import { JsonTextError, jsonTextInPasses } from '../engine/values/jsonText.ts'
import { inTurns, type LongWork } from './turns.ts'

const MAX_CHARACTERS = 16 * 1024 * 1024

export const parse = defineBlock({
  action: 'JSON.PARSE',
  title: 'Parse JSON',
  description:
    'Reads a text as JSON and gives its value; of equal keys the last counts. A number that a double would change is given as text with its digits.',
  keywords: ['decode', 'read', 'deserialize', 'from json', 'parse json', 'loads', 'decode json'],
  parameters: Type.Object({ text: Type.String({ description: 'The JSON text.' }) }),
  returns: Type.Unknown(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { text: '{"a":[1,null]}' }, returns: { a: [1, null] } },
    { parameters: { text: '{"id":7615917337495251231}' }, returns: { id: '7615917337495251231' } },
  ],
  run: ({ text }, context) => inTurns(read(text), context),
})

function* read(text: string): LongWork<Json> {
  try {
    return yield* jsonTextInPasses(text)
  } catch (error) {
    throw error instanceof JsonTextError ? new InvalidArgument(error.message) : error
  }
}

export const stringify = defineBlock({
  action: 'JSON.STRINGIFY',
  title: 'Write JSON',
  description: 'Writes a value as JSON text.',
  keywords: ['encode', 'write', 'serialize', 'to json', 'dump', 'dumps', 'encode json'],
  parameters: Type.Object({
    value: Type.Unknown({ description: 'The value to write.' }),
    indent: Type.Integer({
      minimum: 0,
      maximum: 10,
      default: 0,
      description: 'How many spaces each level is indented by; 0 puts everything on one line.',
    }),
  }),
  returns: Type.String(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { value: { a: [1, null] } }, returns: '{"a":[1,null]}' },
    { parameters: { value: { a: 1 }, indent: 2 }, returns: '{\n  "a": 1\n}' },
  ],
  run: ({ value, indent }, context) => inTurns(write(value, indent), context),
})

function* write(value: unknown, indent: number): LongWork<string> {
  const compact = JSON.stringify(value)
  if (indent === 0) return compact
  yield
  if (compact.length + spaceIn(value, indent, 1) > MAX_CHARACTERS) {
    throw new ValueTooLarge(`the indented text would have more than ${MAX_CHARACTERS} characters; indent it less`)
  }
  yield
  return JSON.stringify(value, null, indent)
}

/** How many characters of white space indenting adds. Deep values multiply: each line begins with all its levels. */
function spaceIn(value: unknown, indent: number, level: number): number {
  if (typeof value !== 'object' || value === null) return 0
  const items: unknown[] = Object.values(value)
  if (items.length === 0) return 0
  const afterColons = Array.isArray(value) ? 0 : items.length
  const lines = items.length * (1 + indent * level) + 1 + indent * (level - 1)
  return items.reduce<number>((sum, item) => sum + spaceIn(item, indent, level + 1), afterColons + lines)
}

/** The blocks of the category JSON. */
export const jsonBlocks: readonly Block[] = [parse, stringify]
