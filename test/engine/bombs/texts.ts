import { type Bomb, set, text, TOO_LARGE } from './bomb.ts'

/** One step on a text of 3.6 million characters, which a first step makes. */
const onLongText = (unit: string, action: string, parameters: object) => () => ({
  variables: { a: unit.repeat(900_000 / Buffer.byteLength(JSON.stringify(unit).slice(1, -1))) },
  steps: [set('{# a #}{# a #}{# a #}{# a #}'), { action, parameters }],
})

/** Blocks that work on texts and on JSON. */
export const TEXT_BOMBS: readonly Bomb[] = [
  {
    name: 'TEXT.REPLACE that multiplies',
    job: onLongText('x', 'TEXT.REPLACE', { text, old: 'x', new: 'xxxxxxxx' }),
    fails: TOO_LARGE,
  },
  {
    name: 'TEXT.REPLACE between all characters',
    job: onLongText('x', 'TEXT.REPLACE', { text, old: '', new: 'y' }),
    fails: TOO_LARGE,
  },
  {
    name: 'TEXT.REPLACE of a long piece that nearly fits everywhere',
    job: onLongText('a', 'TEXT.REPLACE', { text, old: `${'a'.repeat(50_000)}b`, new: 'y' }),
    fails: TOO_LARGE,
  },
  {
    name: 'TEXT.SPLIT_CHARS of a long text',
    job: onLongText('x', 'TEXT.SPLIT_CHARS', { text }),
    fails: TOO_LARGE,
  },
  {
    name: 'TEXT.SPLIT at every character',
    job: onLongText('x', 'TEXT.SPLIT', { text, seperator: 'x' }),
    fails: TOO_LARGE,
  },
  { name: 'TEXT.SPLIT into a million words', job: onLongText('x ', 'TEXT.SPLIT', { text }), fails: TOO_LARGE },
  { name: 'TEXT.SPLIT_LINES of empty lines', job: onLongText('\n', 'TEXT.SPLIT_LINES', { text }), fails: TOO_LARGE },
  { name: 'TEXT.TITLECASE of a million words', job: onLongText('x ', 'TEXT.TITLECASE', { text }), fails: TOO_LARGE },
  { name: 'TEXT.UPPERCASE that triples', job: onLongText('ΐ', 'TEXT.UPPERCASE', { text }), fails: TOO_LARGE },
  { name: 'TEXT.STRIP of everything', job: onLongText('x', 'TEXT.STRIP', { text, chars: 'x' }), fails: null },
  { name: 'TEXT.SLICE backwards', job: onLongText('🐍', 'TEXT.SLICE', { text, step: -1 }), fails: TOO_LARGE },
  {
    name: 'TEXT.TEMPLATE that fills in a long value a million times',
    job: onLongText('{b}', 'TEXT.TEMPLATE', { template: text, values: { b: 'x'.repeat(1000) } }),
    fails: TOO_LARGE,
  },
  {
    name: 'TEXT.JOIN_LIST of long texts',
    job: onLongText('x', 'TEXT.JOIN_LIST', { list: [text, text, text, text], seperator: text }),
    fails: TOO_LARGE,
  },
  {
    name: 'TEXT.INCLUDES_ANY of pieces that nearly fit',
    job: onLongText('ab', 'TEXT.INCLUDES_ANY', {
      text,
      pieces: Array.from({ length: 100 }, (_, i) => `${'ab'.repeat(400)}${i}`),
    }),
    fails: null,
  },
  {
    name: 'MATH.CREATE_INTEGER of a number with a million digits',
    job: onLongText('1_', 'MATH.CREATE_INTEGER', { value: text }),
    fails: ['INVALID_ARGUMENT', 'InvalidArgument'],
  },
  {
    name: 'MATH.CREATE_FLOAT of white space',
    job: onLongText(' ', 'MATH.CREATE_FLOAT', { value: text }),
    fails: ['INVALID_ARGUMENT', 'InvalidArgument'],
  },
  {
    name: 'JSON.PARSE of brackets without end',
    job: onLongText('[', 'JSON.PARSE', { text }),
    fails: ['INVALID_ARGUMENT', 'InvalidArgument'],
  },
  {
    name: 'JSON.PARSE of a million objects',
    job: onLongText('{},', 'JSON.PARSE', { text: `[${text}0]` }),
    fails: TOO_LARGE,
  },
  {
    name: 'a missing key of millions of characters, named in the error',
    job: onLongText('x', 'DICTIONARY.GET', { dictionary: {}, key: text }),
    fails: ['UNHANDLED_EXCEPTION', 'RangeError'],
  },
]
