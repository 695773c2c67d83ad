import { type Block, defineBlock, Type } from '../../engine/block.ts'
import { InvalidArgument } from '../../engine/errors.ts'
import { ExpressionError } from '../../engine/expressions/error.ts'
import { parseDuration } from '../../engine/expressions/moments/duration.ts'
import { timestampAt } from '../../engine/expressions/moments/moment.ts'
import { addDays, addMonths } from '../../engine/expressions/moments/months.ts'
import { formatMoment, parseByPattern } from '../../engine/expressions/moments/pattern.ts'
import { parseTimestamp } from '../../engine/expressions/moments/text.ts'
import { type Zone, zoneNamed } from '../../engine/expressions/moments/zone.ts'

const moment = (description: string) =>
  Type.String({ maxLength: 100, description: `${description}, as RFC 3339 has it: 2026-01-31T08:00:00Z.` })

const zone = Type.String({
  default: 'UTC',
  maxLength: 64,
  description: 'Whose clocks count: the name of a time zone (`Europe/Prague`) or `+02:00`.',
})

const FIELDS = "`yyyy MM M dd d HH H mm ss SSS EEE XXX` and text in `'…'`"
const returnsMoment = Type.String({ format: 'date-time', description: 'RFC 3339 in UTC, to the millisecond.' })

export const format = defineBlock({
  action: 'TIME.FORMAT',
  title: 'Format a time',
  description: 'Writes a moment as text by a pattern, as the expression `format` does.',
  keywords: ['date', 'strftime', 'date format', 'timezone', 'local time'],
  parameters: Type.Object({
    time: moment('The moment'),
    pattern: Type.String({ minLength: 1, maxLength: 200, description: `The pattern: ${FIELDS}.` }),
    zone,
  }),
  returns: Type.String(),
  effects: false,
  mutates: false,
  examples: [
    {
      parameters: { time: '2026-01-05T08:03:00Z', pattern: 'd.M.yyyy H:mm', zone: 'Europe/Prague' },
      returns: '5.1.2026 9:03',
    },
  ],
  run: ({ time, pattern, zone }) => asArgument(() => formatMoment(millisecondsOf('time', time), pattern, zoneOf(zone))),
})

export const parse = defineBlock({
  action: 'TIME.PARSE',
  title: 'Parse a time',
  description:
    'Reads a moment from a text by a pattern, as the expression `parseTime` does. A local time that does not exist moves forward by the gap, one that exists twice is the earlier.',
  keywords: ['date', 'strptime', 'parse date', 'timezone', 'utc'],
  parameters: Type.Object({
    text: Type.String({ maxLength: 200, description: 'The text.' }),
    pattern: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: `The pattern: ${FIELDS}. Left out: RFC 3339.` }),
    ),
    zone,
  }),
  returns: returnsMoment,
  effects: false,
  mutates: false,
  examples: [
    {
      parameters: { text: '31/01/2026 09:00', pattern: 'dd/MM/yyyy HH:mm', zone: 'Europe/Prague' },
      returns: '2026-01-31T08:00:00.000Z',
    },
    { parameters: { text: '2026-01-31T09:00:00+01:00' }, returns: '2026-01-31T08:00:00.000Z' },
  ],
  run: ({ text, pattern, zone }) =>
    asArgument(() =>
      written(pattern === undefined ? millisecondsOf('text', text) : parseByPattern(text, pattern, zoneOf(zone))),
    ),
})

export const add = defineBlock({
  action: 'TIME.ADD',
  title: 'Add to a time',
  description:
    'Gives a moment some months, then days, then a duration later. Months and days go by the calendar of a zone: the clock shows the same time; where the month has no such day, its last day is taken.',
  keywords: ['date', 'tomorrow', 'later', 'deadline', 'subtract', 'plus', 'minus'],
  parameters: Type.Object({
    time: moment('The moment'),
    months: Type.Integer({ default: 0, minimum: -120_000, maximum: 120_000, description: 'Below 0: earlier.' }),
    days: Type.Integer({ default: 0, minimum: -3_700_000, maximum: 3_700_000, description: 'Below 0: earlier.' }),
    duration: Type.String({
      default: '0s',
      maxLength: 100,
      description: 'Whole numbers with the units d (24 hours), h, m, s and ms, such as `1h30m`; `-` in front: earlier.',
    }),
    zone,
  }),
  returns: returnsMoment,
  effects: false,
  mutates: false,
  examples: [
    { parameters: { time: '2026-01-31T08:00:00Z', months: 1 }, returns: '2026-02-28T08:00:00.000Z' },
    {
      parameters: { time: '2026-03-28T11:00:00Z', days: 1, zone: 'Europe/Prague' },
      returns: '2026-03-29T10:00:00.000Z',
    },
    { parameters: { time: '2026-01-31T08:00:00Z', duration: '-90m' }, returns: '2026-01-31T06:30:00.000Z' },
  ],
  run: ({ time, months, days, duration, zone: name }) =>
    asArgument(() => {
      const zone = zoneOf(name)
      const start = millisecondsOf('time', time)
      // Nothing added changes nothing, also at a time that the clocks show twice.
      const later = months === 0 ? start : addMonths(start, months, zone)
      return written((days === 0 ? later : addDays(later, days, zone)) + durationOf(duration))
    }),
})

const UNITS = { milliseconds: 1, seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const

export const diff = defineBlock({
  action: 'TIME.DIFF',
  title: 'Time between',
  description:
    'Tells how much time lies between two moments; below 0 where the second is the earlier. A day has 24 hours.',
  keywords: ['date', 'duration', 'elapsed', 'age', 'difference', 'between'],
  parameters: Type.Object({
    from: moment('The first moment'),
    to: moment('The second moment'),
    unit: Type.Enum(['milliseconds', 'seconds', 'minutes', 'hours', 'days'], {
      default: 'seconds',
      description: 'In what it is told; parts of one come as a fraction.',
    }),
  }),
  returns: Type.Number(),
  effects: false,
  mutates: false,
  examples: [
    { parameters: { from: '2026-01-31T08:00:00Z', to: '2026-01-31T09:30:00Z', unit: 'hours' }, returns: 1.5 },
    { parameters: { from: '2026-01-31T08:00:01Z', to: '2026-01-31T08:00:00Z' }, returns: -1 },
  ],
  run: ({ from, to, unit }) =>
    asArgument(() => (millisecondsOf('to', to) - millisecondsOf('from', from)) / UNITS[unit]),
})

/** What expressions fail with is a wrong argument here. */
function asArgument<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof ExpressionError ? new InvalidArgument(error.message) : error
  }
}

function millisecondsOf(name: string, text: string): number {
  try {
    return parseTimestamp(text).milliseconds
  } catch (error) {
    throw error instanceof ExpressionError ? new InvalidArgument(`${name}: ${error.message}`) : error
  }
}

function written(milliseconds: number): string {
  return timestampAt(milliseconds).toJSON()
}

/** A block asks a zone a few times; expressions count what it costs. */
function zoneOf(name: string): Zone {
  return zoneNamed(name, { spend: () => undefined })
}

function durationOf(text: string): number {
  const isEarlier = text.startsWith('-')
  const milliseconds = parseDuration(isEarlier ? text.slice(1) : text)
  if (milliseconds === null) throw new InvalidArgument('duration is none; write 90s, 5m or -1h30m')
  return isEarlier ? -milliseconds : milliseconds
}

/** The blocks that reckon with moments. */
export const momentBlocks: readonly Block[] = [format, parse, add, diff]
