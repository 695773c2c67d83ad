import { countCharacters } from '../../values/characters.ts'
import { JsonTextError, parseJsonText } from '../../values/jsonText.ts'
import { isChangedInteger } from '../../values/numberLiterals.ts'
import { isTruthy } from '../../values/truth.ts'
import { Duration, Timestamp, toJson, type Value, valueTypeOf } from '../value.ts'
import { NATIVE_CHARACTERS, SINGLE_CHARACTERS } from '../work.ts'
import { type Call, define } from './define.ts'
import { textOf } from './textOf.ts'

/** JSON's numbers (RFC 8259, section 6). */
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/

const asking = [
  define({
    name: 'size',
    takes: { value: 'string|list|object' },
    gives: 'number',
    says: 'How many characters a text has, a list items, or an object keys.',
    example: ['size("žluť 🐎")', 6],
    run({ value }, { work }) {
      if (Array.isArray(value)) return value.length
      if (typeof value === 'string') {
        work.spend(value.length / SINGLE_CHARACTERS)
        return countCharacters(value)
      }
      const { length } = Object.keys(value)
      work.spend(length)
      return length
    },
  }),
  define({
    name: 'has',
    takes: { value: 'any' },
    gives: 'bool',
    says: 'Whether a value is there: whether it is not null.',
    example: ['has({"a": 1}.b)', false],
    run: ({ value }) => value !== null,
  }),
  define({
    name: 'type',
    takes: { value: 'any' },
    gives: 'string',
    says: 'What a value is: `null` `bool` `number` `string` `list` `object` `timestamp` `duration`.',
    example: ['type([])', 'list'],
    run: ({ value }) => valueTypeOf(value),
  }),
  define({
    name: 'coalesce',
    takes: { '...values': 'any' },
    gives: 'any',
    says: 'The first of its arguments that is not null; null without one.',
    example: ['coalesce(null, 0, 1)', 0],
    run: ({ values }) => values.find((value) => value !== null) ?? null,
  }),
  define({
    name: 'either',
    takes: { '...values': 'any' },
    gives: 'any',
    says: 'The first of its arguments that is not null, false, 0 or empty; without one the last.',
    example: ['either(null, "", "b", "c")', 'b'],
    run: ({ values }) => values.find(isTruthy) ?? values.at(-1) ?? null,
  }),
]

const converting = [
  define({
    name: 'string',
    takes: { value: 'any' },
    gives: 'string',
    says: 'A value as text: texts as they are, moments and durations as they leave, all else as compact JSON.',
    example: ['string([1, "a"])', '[1,"a"]'],
    run({ value }, { work }) {
      return work.made(textOf(value, work))
    },
  }),
  define({
    name: 'number',
    takes: { value: 'string|number|bool|timestamp|duration' },
    gives: 'number',
    says: 'A number of a text; of a boolean 0 or 1; of a moment or a duration its seconds (since 1970).',
    example: ['number("12.5")', 12.5],
    run({ value }, call) {
      if (value instanceof Timestamp || value instanceof Duration) return value.milliseconds / 1000
      if (typeof value !== 'string') return Number(value)
      call.work.spend(value.length / NATIVE_CHARACTERS)
      const number = NUMBER.test(value) ? Number(value) + 0 : Number.NaN
      if (!Number.isFinite(number)) return call.fail('the text is no number', value)
      return isChangedInteger(value)
        ? call.fail('the text is a whole number that a double would change', value)
        : number
    },
  }),
  define({
    name: 'bool',
    takes: { value: 'any' },
    gives: 'bool',
    says: 'The boolean of the text `true` or `false`, or of a number (0 is false); of null false.',
    example: ['bool("true")', true],
    run({ value }, call) {
      if (value === 'true') return true
      if (value === 'false' || value === null) return false
      if (typeof value === 'boolean' || typeof value === 'number') return Boolean(value)
      if (typeof value === 'string') return call.fail('the text is neither true nor false', value)
      return call.fail('the value is no boolean')
    },
  }),
  define({
    name: 'toJson',
    takes: { value: 'any' },
    gives: 'string',
    says: 'A value as compact JSON text.',
    example: ['toJson({"a": [1, null]})', '{"a":[1,null]}'],
    run({ value }, { work }) {
      const bytes = work.bytesOf(value)
      work.refuseAbove(bytes)
      work.spend(bytes / 2)
      return work.made(JSON.stringify(toJson(value)))
    },
  }),
  define({
    name: 'json',
    takes: { text: 'string' },
    gives: 'any',
    says: 'The value that a JSON text stands for; a number that a double would change is text with its digits.',
    example: ['json("{\\"a\\": [1, null]}").a[0]', 1],
    run({ text }, call) {
      // What is parsed takes up to 16 bytes of memory for a byte of text, which is the longest part of it.
      call.work.spend(2 * text.length)
      return call.work.made(parsedBy(text, call))
    },
  }),
]

function parsedBy(text: string, call: Call): Value {
  try {
    return parseJsonText(text)
  } catch (error) {
    if (error instanceof JsonTextError) return call.fail(error.message)
    throw error
  }
}

/** Functions of any value. */
export const anyFunctions = [...asking, ...converting]
