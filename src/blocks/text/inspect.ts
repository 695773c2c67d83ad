import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { countCharacters } from '../../engine/values/characters.ts'
import { strip, WHITE_SPACE } from './characters.ts'
import { texts } from './create.ts'
import { includesAll, includesAny } from './pieces.ts'
import { includes as includesPiece, occurrences } from '../../engine/values/search.ts'

const text = Type.String({ description: 'The text to look at.' })
const piece = Type.String({ description: 'The text to look for.' })
const pieces = Type.Array(Type.Unknown(), { description: 'The texts to look for.' })

export const includes = defineBlock({
  action: 'TEXT.INCLUDES',
  title: 'Includes',
  description: 'Tells whether a piece stands somewhere in a text.',
  keywords: ['contains', 'has', 'substring'],
  parameters: Type.Object({ text, piece }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'hello', piece: 'ell' }, returns: true }],
  run: ({ text, piece }) => includesPiece(text, piece),
})

export const includesAnyOf = defineBlock({
  action: 'TEXT.INCLUDES_ANY',
  title: 'Includes any',
  description: 'Tells whether at least one of several pieces stands in a text.',
  parameters: Type.Object({ text, pieces }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'hello', pieces: ['z', 'h'] }, returns: true }],
  run: ({ text, pieces }) => includesAny(text, texts(pieces)),
})

export const includesAllOf = defineBlock({
  action: 'TEXT.INCLUDES_ALL',
  title: 'Includes all',
  description: 'Tells whether each of several pieces stands in a text.',
  parameters: Type.Object({ text, pieces }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'hello', pieces: ['h', 'z'] }, returns: false }],
  run: ({ text, pieces }) => includesAll(text, texts(pieces)),
})

export const count = defineBlock({
  action: 'TEXT.COUNT',
  title: 'Count characters',
  description: 'Counts the characters (code points) of a text.',
  keywords: ['length', 'len', 'size', 'strlen'],
  parameters: Type.Object({ text }),
  returns: Type.Integer(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'a🐍b' }, returns: 3 }],
  run: ({ text }) => countCharacters(text),
})

export const countPiece = defineBlock({
  action: 'TEXT.COUNT_PIECE',
  title: 'Count a piece',
  description: 'Counts how often a piece stands in a text, without overlaps.',
  parameters: Type.Object({ text, piece }),
  returns: Type.Integer(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'banana', piece: 'ana' }, returns: 1 }],
  run: ({ text, piece }) => (piece === '' ? countCharacters(text) + 1 : occurrences(text, piece).length),
})

export const isEmpty = defineBlock({
  action: 'TEXT.IS_EMPTY',
  title: 'Is empty',
  description: 'Tells whether a text has no characters.',
  parameters: Type.Object({
    text,
    include_spaces: Type.Boolean({ default: true, description: 'Whether white space counts as characters.' }),
  }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { text: '  ' }, returns: false },
    { parameters: { text: '  ', include_spaces: false }, returns: true },
  ],
  run: ({ text, include_spaces }) => (include_spaces ? text : strip(text, WHITE_SPACE)) === '',
})

export const startsWith = defineBlock({
  action: 'TEXT.STARTS_WITH',
  title: 'Starts with',
  description: 'Tells whether a text starts with a piece.',
  keywords: ['prefix', 'begins with'],
  parameters: Type.Object({ text, piece }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'hello', piece: 'he' }, returns: true }],
  run: ({ text, piece }) => text.startsWith(piece),
})

export const endsWith = defineBlock({
  action: 'TEXT.ENDS_WITH',
  title: 'Ends with',
  description: 'Tells whether a text ends with a piece.',
  keywords: ['suffix'],
  parameters: Type.Object({ text, piece }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'hello', piece: 'lo' }, returns: true }],
  run: ({ text, piece }) => text.endsWith(piece),
})

/** The ideographs that stand for numbers, which Unicode's categories have among the letters. */
const NUMERALS =
  '㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零' +
  '\uf96b\uf973\uf978\uf9b2\uf9d1\uf9d3\uf9fd𠀁𠁤𠃢𠄡𠤪𠦃𠦌𠦜𠫪𠫽𠬙𢎐𢦘𣬛𦉭\u{2f890}'
const NOT_NUMERIC = new RegExp(`[^\\p{N}${NUMERALS}]`, 'u')

export const isNumeric = defineBlock({
  action: 'TEXT.IS_NUMERIC',
  title: 'Is numeric',
  description: 'Tells whether a text has characters and all of them are digits or other numerals.',
  parameters: Type.Object({ text }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { text: '42' }, returns: true },
    { parameters: { text: '-4.2' }, returns: false },
  ],
  run: ({ text }) => text !== '' && !NOT_NUMERIC.test(text),
})

const NO_LETTER = /\P{L}/u

export const isAlpha = defineBlock({
  action: 'TEXT.IS_ALPHA',
  title: 'Is alphabetic',
  description: 'Tells whether a text has characters and all of them are letters.',
  parameters: Type.Object({ text }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'abcé' }, returns: true }],
  run: ({ text }) => text !== '' && !NO_LETTER.test(text),
})

export const isText = defineBlock({
  action: 'TEXT.IS_TEXT',
  title: 'Is text',
  description: 'Tells whether a value is a text.',
  parameters: Type.Object({ value: Type.Unknown({ description: 'Any value.' }) }),
  returns: Type.Boolean(),
  effects: false,
  mutates: false,
  examples: [{ parameters: { value: 1 }, returns: false }],
  run: ({ value }) => typeof value === 'string',
})

/** The blocks that look at a text. */
export const inspectBlocks: readonly Block[] = [
  includes,
  includesAnyOf,
  includesAllOf,
  count,
  countPiece,
  isEmpty,
  startsWith,
  endsWith,
  isNumeric,
  isAlpha,
  isText,
]
