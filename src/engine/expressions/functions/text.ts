import { characterAt, countCharacters, skipCharacters } from '../../values/characters.ts'
import { includes, lastOccurrence, occurrences } from '../../values/search.ts'
import { valueTypeOf } from '../value.ts'
import { costOfSearch, SINGLE_CHARACTERS, type Work } from '../work.ts'
import { type Call, define } from './define.ts'

/** Functions that look at a text. Characters are code points. */
const looking = [
  define({
    name: 'contains',
    takes: { text: 'string', part: 'string' },
    gives: 'bool',
    says: 'Whether a text holds another; every text holds the empty one.',
    example: ['"hello".contains("ell")', true],
    run({ text, part }, { work }) {
      work.spend(costOfSearch(text, part))
      return includes(text, part)
    },
  }),
  define({
    name: 'containsAny',
    takes: { text: 'string', parts: 'list' },
    gives: 'bool',
    says: 'Whether a text holds at least one of the texts of a list.',
    example: ['"free trial".containsAny(["trial", "demo"])', true],
    run({ text, parts }, call) {
      return parts.some((part, i) => {
        if (typeof part !== 'string') return call.fail(`item ${i} of the list is no text`)
        call.work.spend(costOfSearch(text, part))
        return includes(text, part)
      })
    },
  }),
  define({
    name: 'startsWith',
    takes: { text: 'string', part: 'string' },
    gives: 'bool',
    says: 'Whether a text begins with another.',
    example: ['"hello".startsWith("he")', true],
    run: ({ text, part }) => text.startsWith(part),
  }),
  define({
    name: 'endsWith',
    takes: { text: 'string', part: 'string' },
    gives: 'bool',
    says: 'Whether a text ends with another.',
    example: ['"hello".endsWith("lo")', true],
    run: ({ text, part }) => text.endsWith(part),
  }),
  define({
    name: 'indexOf',
    takes: { text: 'string', part: 'string' },
    gives: 'number',
    says: 'The position of the first place where a text holds another, from 0; -1 where it does not.',
    example: ['"abcabc".indexOf("b")', 1],
    run({ text, part }, { work }) {
      look(text, work)
      work.spend(costOfSearch(text, part))
      return position(text, part === '' ? 0 : (occurrences(text, part, 1)[0] ?? -1))
    },
  }),
  define({
    name: 'lastIndexOf',
    takes: { text: 'string', part: 'string' },
    gives: 'number',
    says: 'The position of the last place where a text holds another, from 0; -1 where it does not.',
    example: ['"abcabc".lastIndexOf("b")', 4],
    run({ text, part }, { work }) {
      work.spend(text.length + part.length)
      return position(text, part === '' ? text.length : lastOccurrence(text, part))
    },
  }),
  define({
    name: 'charAt',
    takes: { text: 'string', position: 'integer' },
    gives: 'string',
    says: 'The character at a position, from 0; outside of the text the empty text.',
    example: ['"abc".charAt(1)', 'b'],
    run({ text, position: at }, { work }) {
      if (at < 0) return ''
      look(text, work)
      return characterAt(text, at) ?? ''
    },
  }),
  define({
    name: 'substring',
    takes: { text: 'string', from: 'integer', to: 'integer?' },
    gives: 'string',
    says: 'The characters from one position up to another, which is left out; without it up to the end.',
    example: ['"abcd".substring(1, 3)', 'bc'],
    run({ text, from, to }, call) {
      if (from < 0 || (to !== undefined && to < 0)) return call.fail('a position is below 0')
      look(text, call.work)
      const start = skipCharacters(text, 0, from)
      if (to === undefined) return call.work.made(text.slice(start))
      return call.work.made(text.slice(start, skipCharacters(text, start, Math.max(0, to - from))))
    },
  }),
]

/** Functions that give another text. */
const changing = [
  define({
    name: 'trim',
    takes: { text: 'string' },
    gives: 'string',
    says: 'A text without the white space at its ends.',
    example: ['" Ada ".trim()', 'Ada'],
    run: ({ text }, call) => changed(text, text.trim(), call),
  }),
  define({
    name: 'lower',
    takes: { text: 'string' },
    gives: 'string',
    says: 'A text in small letters.',
    example: ['"ŽLUŤ".lower()', 'žluť'],
    run: ({ text }, call) => changed(text, text.toLowerCase(), call),
  }),
  define({
    name: 'upper',
    takes: { text: 'string' },
    gives: 'string',
    says: 'A text in capital letters.',
    example: ['"žluť".upper()', 'ŽLUŤ'],
    run: ({ text }, call) => changed(text, text.toUpperCase(), call),
  }),
  define({
    name: 'lowerAscii',
    takes: { text: 'string' },
    gives: 'string',
    says: 'A text with A to Z in small letters, and all else as it is.',
    example: ['"ŽLUŤ A".lowerAscii()', 'ŽluŤ a'],
    run({ text }, call) {
      look(text, call.work)
      return changed(
        text,
        text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
        call,
      )
    },
  }),
  define({
    name: 'upperAscii',
    takes: { text: 'string' },
    gives: 'string',
    says: 'A text with a to z in capital letters, and all else as it is.',
    example: ['"žluť a".upperAscii()', 'žLUť A'],
    run({ text }, call) {
      look(text, call.work)
      return changed(
        text,
        text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
        call,
      )
    },
  }),
  define({
    name: 'replace',
    takes: { text: 'string', old: 'string', new: 'string' },
    gives: 'string',
    says: 'A text with each place that holds another replaced.',
    example: ['"a-b-c".replace("-", "+")', 'a+b+c'],
    run({ text, old, new: replacement }, call) {
      const pieces = split(text, old, call)
      // Between characters, and at both ends, stands the empty text.
      if (old === '') return joined(['', ...pieces, ''], replacement, call)
      return joined(pieces, replacement, call)
    },
  }),
  define({
    name: 'padStart',
    takes: { text: 'string', length: 'integer', fill: 'string?' },
    gives: 'string',
    says: 'A text made as long as wanted by a filling in front of it, spaces where none is given.',
    example: ['"7".padStart(3, "0")', '007'],
    run: ({ text, length, fill }, call) => call.work.made(padding(text, length, fill, call) + text),
  }),
  define({
    name: 'padEnd',
    takes: { text: 'string', length: 'integer', fill: 'string?' },
    gives: 'string',
    says: 'A text made as long as wanted by a filling behind it, spaces where none is given.',
    example: ['"ab".padEnd(4, ".")', 'ab..'],
    run: ({ text, length, fill }, call) => call.work.made(text + padding(text, length, fill, call)),
  }),
]

/** Functions from a text to a list, and back. */
const parting = [
  define({
    name: 'split',
    takes: { text: 'string', separator: 'string' },
    gives: 'list',
    says: 'The pieces of a text between separators; by the empty one its characters.',
    example: ['"a,b,,c".split(",")', ['a', 'b', '', 'c']],
    run: ({ text, separator }, call) => call.work.made(split(text, separator, call)),
  }),
  define({
    name: 'join',
    takes: { list: 'list', separator: 'string?' },
    gives: 'string',
    says: 'The texts, numbers and booleans of a list as one text, with a separator between them.',
    example: ['["a", 1, true].join("-")', 'a-1-true'],
    run({ list, separator = '' }, call) {
      const texts = list.map((item, i) => {
        call.work.spend(1)
        if (typeof item === 'string') return item
        if (typeof item === 'number' || typeof item === 'boolean') return String(item)
        return call.fail(`item ${i} of the list is ${valueTypeOf(item) === 'null' ? 'null' : `a ${valueTypeOf(item)}`}`)
      })
      return joined(texts, separator, call)
    },
  }),
]

/** Functions of texts. */
export const textFunctions = [...looking, ...changing, ...parting]

/** What it costs to look at all characters of a text. */
function look(text: string, work: Work): void {
  work.spend(text.length / SINGLE_CHARACTERS)
}

/** A text made of another in one go of V8's own; it has at most three times its length. */
function changed(text: string, result: string, { work }: Call): string {
  work.spend(text.length / SINGLE_CHARACTERS)
  return work.made(result)
}

/** The code points before an index of UTF-16 units. */
function position(text: string, index: number): number {
  return index <= 0 ? index : countCharacters(text.slice(0, index))
}

function split(text: string, separator: string, { work }: Call): string[] {
  work.spend(costOfSearch(text, separator))
  // A piece takes three bytes at least.
  const most = Math.ceil(work.valueBytes / 3) + 1
  if (separator === '') {
    const count = countCharacters(text)
    work.refuseAbove(3 * count)
    work.spend(5 * count)
    return [...text]
  }
  const starts = occurrences(text, separator, most)
  work.refuseAbove(3 * starts.length)
  work.spend(5 * starts.length)
  const pieces: string[] = []
  let from = 0
  for (const start of starts) {
    pieces.push(text.slice(from, start))
    from = start + separator.length
  }
  pieces.push(text.slice(from))
  return pieces
}

function joined(texts: readonly string[], separator: string, { work }: Call): string {
  const between = (texts.length - 1) * (work.bytesOf(separator) - 2)
  let bytes = Math.max(0, between)
  for (const text of texts) {
    bytes += work.bytesOf(text) - 2
    work.refuseAbove(bytes)
  }
  return texts.join(separator)
}

function padding(text: string, length: number, fill: string | undefined, { work }: Call): string {
  look(text, work)
  const missing = length - countCharacters(text)
  const filling = fill ?? ' '
  if (missing <= 0 || filling === '') return ''
  work.refuseAbove(missing + work.bytesOf(text))
  const repeated = filling.repeat(Math.ceil(missing / countCharacters(filling)))
  work.spend(missing / SINGLE_CHARACTERS)
  return repeated.slice(0, skipCharacters(repeated, 0, missing))
}
