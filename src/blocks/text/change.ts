import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument } from '../../engine/errors.ts'
import { itemAt, sliceText } from '../../engine/slice.ts'
import { sliceBounds } from '../object.ts'
import { strip as stripSet, WHITE_SPACE } from './characters.ts'
import { checkLength } from './create.ts'
import { occurrences } from './search.ts'
import { titlecase as toTitlecase } from './titlecase.ts'

const text = Type.String({ description: 'The text to work on.' })
const returns = Type.String()

export const get = defineBlock({
  action: 'TEXT.GET',
  title: 'Get a character',
  description: 'Gives the character at an index; an index outside of the text is an error.',
  parameters: Type.Object({
    text,
    index: Type.Integer({ description: 'Where it stands, from 0; negative from the end.' }),
  }),
  returns,
  effects: false,
  mutates: false,
  examples: [
    { parameters: { text: 'hello', index: 0 }, returns: 'h' },
    { parameters: { text: 'hello', index: -1 }, returns: 'o' },
  ],
  run: ({ text, index }) => {
    const character = itemAt([...text], index)
    if (character === undefined) throw new RangeError(`the text has no character at index ${index}`)
    return character
  },
})

export const strip = defineBlock({
  action: 'TEXT.STRIP',
  title: 'Strip',
  description: 'Takes white space, or other characters, off both ends of a text.',
  parameters: Type.Object({
    text,
    chars: Type.Union([Type.String(), Type.Null()], {
      default: null,
      description: 'The characters to take off, in any order; null for white space.',
    }),
  }),
  returns,
  effects: false,
  mutates: false,
  examples: [
    { parameters: { text: '  a b \n' }, returns: 'a b' },
    { parameters: { text: 'abcXcba', chars: 'abc' }, returns: 'X' },
  ],
  run: ({ text, chars }) => stripSet(text, chars === null ? WHITE_SPACE : new Set(chars)),
})

export const uppercase = defineBlock({
  action: 'TEXT.UPPERCASE',
  title: 'Upper case',
  description: 'Turns all letters into upper case.',
  parameters: Type.Object({ text }),
  returns,
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'straße' }, returns: 'STRASSE' }],
  run: ({ text }) => text.toUpperCase(),
})

export const lowercase = defineBlock({
  action: 'TEXT.LOWERCASE',
  title: 'Lower case',
  description: 'Turns all letters into lower case.',
  parameters: Type.Object({ text }),
  returns,
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'ÀB' }, returns: 'àb' }],
  run: ({ text }) => text.toLowerCase(),
})

export const titlecase = defineBlock({
  action: 'TEXT.TITLECASE',
  title: 'Title case',
  description: 'Gives each word a capital first letter and turns its other letters into lower case.',
  parameters: Type.Object({ text }),
  returns,
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'hello BIG world' }, returns: 'Hello Big World' }],
  run: ({ text }) => toTitlecase(text),
})

export const replace = defineBlock({
  action: 'TEXT.REPLACE',
  title: 'Replace',
  description: 'Replaces a piece of a text wherever it stands; an empty piece stands around every character.',
  parameters: Type.Object({
    text,
    old: Type.String({ description: 'The piece to replace.' }),
    new: Type.String({ description: 'What takes its place.' }),
    count: Type.Integer({ default: -1, description: 'How often to replace at most; negative for no limit.' }),
  }),
  returns,
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'aaa', old: 'a', new: 'b', count: 2 }, returns: 'bba' }],
  run: ({ text, old, new: replacement, count }) => {
    const limit = count < 0 ? Number.POSITIVE_INFINITY : count
    const places = old === '' ? gaps(text, limit) : occurrences(text, old, limit)
    checkLength(text.length + places.length * (replacement.length - old.length))
    return replaceAt(text, places, old.length, replacement)
  },
})

/** Where an empty piece stands: before each character and at the end. */
function gaps(text: string, limit: number): number[] {
  const places: number[] = []
  for (let at = 0; at <= text.length && places.length < limit; ) {
    places.push(at)
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  }
  return places
}

function replaceAt(text: string, places: readonly number[], length: number, replacement: string): string {
  const parts: string[] = []
  let from = 0
  for (const at of places) {
    parts.push(text.slice(from, at), replacement)
    from = at + length
  }
  parts.push(text.slice(from))
  return parts.join('')
}

export const slice = defineBlock({
  action: 'TEXT.SLICE',
  title: 'Slice',
  description:
    'Cuts characters out of a text, from a start up to but without a stop; negative bounds count from the end.',
  parameters: Type.Object({ text, ...sliceBounds }),
  returns,
  effects: false,
  mutates: false,
  examples: [
    { parameters: { text: 'hello', start: 1, stop: 3 }, returns: 'el' },
    { parameters: { text: 'hello', step: -1 }, returns: 'olleh' },
  ],
  run: ({ text, start, stop, step }) => {
    if (step === 0) throw new InvalidArgument('the step of a slice must not be 0')
    return sliceText(text, { start, stop, step })
  },
})

export const changeBlocks: readonly Block[] = [get, strip, uppercase, lowercase, titlecase, replace, slice]
