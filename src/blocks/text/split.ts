import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument } from '../../engine/errors.ts'
import { WHITE_SPACE } from './characters.ts'
import { NATIVE_LIMIT, occurrences } from '../../engine/values/search.ts'

const text = Type.String({ description: 'The text to split.' })
const returns = Type.Array(Type.String())

export const split = defineBlock({
  action: 'TEXT.SPLIT',
  title: 'Split',
  description: 'Splits a text at a separator, or into its words at white space.',
  keywords: ['explode', 'tokenize', 'separate'],
  parameters: Type.Object({
    text,
    seperator: Type.Union([Type.String(), Type.Null()], {
      default: null,
      description: 'Where to split; null for any white space, which yields no empty texts.',
    }),
    maxsplit: Type.Integer({ default: -1, description: 'How often to split at most; negative for no limit.' }),
  }),
  returns,
  effects: false,
  mutates: false,
  examples: [
    { parameters: { text: ' a  b ' }, returns: ['a', 'b'] },
    { parameters: { text: 'a,b,c,d', seperator: ',', maxsplit: 2 }, returns: ['a', 'b', 'c,d'] },
  ],
  run: ({ text, seperator, maxsplit }) => {
    const limit = maxsplit < 0 ? Number.POSITIVE_INFINITY : maxsplit
    if (seperator === null) return splitWords(text, limit)
    if (seperator === '') throw new InvalidArgument('the separator must not be empty')
    return splitAt(text, seperator, limit)
  },
})

/** The pieces of a text between the first `limit` places where a separator, which must not be empty, stands. */
export function splitAt(text: string, separator: string, limit: number): string[] {
  if (limit === Number.POSITIVE_INFINITY && separator.length <= NATIVE_LIMIT) return text.split(separator)
  const pieces: string[] = []
  let from = 0
  for (const at of occurrences(text, separator, limit)) {
    pieces.push(text.slice(from, at))
    from = at + separator.length
  }
  pieces.push(text.slice(from))
  return pieces
}

/** White space before and between words is dropped; after the last split, what follows stays as it is. */
function splitWords(text: string, limit: number): string[] {
  const words: string[] = []
  for (let i = skip(text, 0, true); i < text.length; i = skip(text, i, true)) {
    const end = words.length < limit ? skip(text, i, false) : text.length
    words.push(text.slice(i, end))
    i = end
  }
  return words
}

/** The first place from `from` on that is no white space, or that is. */
function skip(text: string, from: number, white: boolean): number {
  let i = from
  while (i < text.length && WHITE_SPACE.has(text.charAt(i)) === white) i++
  return i
}

/** Where `str.splitlines` parts lines. */
// oxlint-disable-next-line no-control-regex -- Unicode's old separators are control characters
const LINE_END = /\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/g

export const splitLines = defineBlock({
  action: 'TEXT.SPLIT_LINES',
  title: 'Split into lines',
  description: 'Splits a text into its lines.',
  parameters: Type.Object({
    text,
    keep_ends: Type.Boolean({ default: false, description: 'Whether lines keep their line breaks.' }),
  }),
  returns,
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'a\nb\r\nc\n' }, returns: ['a', 'b', 'c'] }],
  run: ({ text, keep_ends }) => {
    const lines: string[] = []
    let from = 0
    for (const { index, 0: end } of text.matchAll(LINE_END)) {
      lines.push(text.slice(from, keep_ends ? index + end.length : index))
      from = index + end.length
    }
    if (from < text.length) lines.push(text.slice(from))
    return lines
  },
})

export const splitChars = defineBlock({
  action: 'TEXT.SPLIT_CHARS',
  title: 'Split into characters',
  description: 'Splits a text into its characters (code points).',
  parameters: Type.Object({ text }),
  returns,
  effects: false,
  mutates: false,
  examples: [{ parameters: { text: 'a🐍' }, returns: ['a', '🐍'] }],
  run: ({ text }) => [...text],
})

/** The blocks that split a text. */
export const splitBlocks: readonly Block[] = [split, splitLines, splitChars]
