import { orderOf } from '../compare.ts'
import type { Value } from '../value.ts'
import { type Call, define } from './define.ts'

/** Functions of numbers. */
export const numberFunctions = [
  define({
    name: 'abs',
    takes: { number: 'number' },
    gives: 'number',
    says: 'A number without its sign.',
    example: ['abs(-3.5)', 3.5],
    run: ({ number }) => Math.abs(number),
  }),
  define({
    name: 'ceil',
    takes: { number: 'number' },
    gives: 'number',
    says: 'The smallest whole number that is not below a number.',
    example: ['ceil(1.2)', 2],
    run: ({ number }) => Math.ceil(number) + 0,
  }),
  define({
    name: 'floor',
    takes: { number: 'number' },
    gives: 'number',
    says: 'The largest whole number that is not above a number.',
    example: ['floor(-1.2)', -2],
    run: ({ number }) => Math.floor(number) + 0,
  }),
  define({
    name: 'round',
    takes: { number: 'number', digits: 'integer?' },
    gives: 'number',
    says: 'A number with so many digits behind the point (0 where left out); halves go away from zero, judged by the decimal as written.',
    example: ['round(1.005, 2)', 1.01],
    run({ number, digits = 0 }, call) {
      const rounded = roundDecimal(number, digits)
      return Number.isFinite(rounded) ? rounded : call.fail('the result is too large a number')
    },
  }),
  define({
    name: 'min',
    takes: { '...values': 'value' },
    gives: 'value',
    says: 'The smallest of its arguments, or of the items of one list; null for an empty list.',
    example: ['min(3, 1, 2)', 1],
    run: ({ values }, call) => extreme(values, -1, call),
  }),
  define({
    name: 'max',
    takes: { '...values': 'value' },
    gives: 'value',
    says: 'The largest of its arguments, or of the items of one list; null for an empty list.',
    example: ['max([3, 1, 2])', 3],
    run: ({ values }, call) => extreme(values, 1, call),
  }),
]

/**
 * A number rounded by the shortest decimal that stands for it, so that 1.005 is the 1.005 that was written and not the
 * double a little below it.
 */
function roundDecimal(number: number, digits: number): number {
  const [mantissa = '', exponent = '0'] = Math.abs(number).toExponential().split('e')
  const written = mantissa.replace('.', '')
  /** How many of the written digits are kept. */
  const kept = Number(exponent) + 1 + digits
  if (kept >= written.length) return number
  if (kept < 0) return 0
  const upwards = written.charAt(kept) >= '5' ? 1n : 0n
  const size = Number(`${BigInt(written.slice(0, kept) || '0') + upwards}e${-digits}`)
  return number < 0 ? 0 - size : size
}

function extreme(values: readonly Value[], sign: 1 | -1, call: Call): Value {
  const [only] = values
  const items = values.length === 1 && Array.isArray(only) ? only : values
  let found = items[0] ?? null
  for (const item of items.slice(1)) {
    call.work.spend(1)
    const order = orderOf(item, found, call.work)
    if (order === undefined) return call.fail('the values are unlike, or have no order')
    if (order * sign > 0) found = item
  }
  return found
}
