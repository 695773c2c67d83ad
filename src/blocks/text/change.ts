import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { characterAt, widthAt } from '../../engine/values/characters.ts'
import { InvalidArgument } from '../../engine/errors.ts'
import { sliceText } from '../../engine/values/slice.ts'
import { sliceBounds } from '../object.ts'
import { strip as stripSet, WHITE_SPACE } from './characters.ts'
import { checkLength } from './create.ts'
import { splitAt } from './split.ts'
import { titlecase as toTitlecase } from './titlecase.ts'
import { inTurns } from '../turns.ts'

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
    const character = characterAt(text, index)
    if (character === undefined) throw new RangeError(`the text has no character at index ${index}`)
    return character
  },
})

export const strip = defineBlock({
  action: 'TEXT.STRIP',
  title: 'Strip',
  description: 'Takes white space, or other characters, off both ends of a text.',
  keywords: ['trim', 'ltrim', 'rtrim'],
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
  keywords: ['upper', 'toupper', 'capitals', 'to upper', 'uppercase'],
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
  keywords: ['lower', 'tolower', 'to lower', 'lowercase'],
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
  keywords: ['capitalize', 'proper case'],
  parameters: Type.Object({ text }),
  returns,
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'hello BIG world' }, returns: 'Hello Big World' }],
  run: ({ text }, context) => inTurns(toTitlecase(text), context),
})

export const replace = defineBlock({
  action: 'TEXT.REPLACE',
  title: 'Replace',
  description: 'Replaces a piece of a text wherever it stands; an empty piece stands around every character.',
  keywords: ['substitute', 'gsub', 'replace all', 'sub'],
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
    const pieces = old === '' ? splitAround(text, limit) : splitAt(text, old, limit)
    checkLength(text.length + (pieces.length - 1) * (replacement.length - old.length))
    return pieces.join(replacement)
  },
})

/** An empty piece stands before each character and at the end: a text parted at the first `limit` of these places. */
function splitAround(text: string, limit: number): string[] {
  if (limit === 0) return [text]
  if (limit === Number.POSITIVE_INFINITY) return ['', ...text, '']
  const pieces = ['']
  let at = 0
  while (at < text.length && pieces.length < limit) {
    const width = widthAt(text, at)
    pieces.push(text.slice(at, at + width))
    at += width
  }
  pieces.push(text.slice(at))
  return pieces
}

export const slice = defineBlock({
  action: 'TEXT.SLICE',
  title: 'Slice',
  description:
    'Cuts characters out of a text, from a start up to but without a stop; negative bounds count from the end.',
  keywords: ['substring', 'substr', 'truncate', 'left', 'right', 'mid'],
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

/** The blocks that change a text. */
export const changeBlocks: readonly Block[] = [get, strip, uppercase, lowercase, titlecase, replace, slice]
