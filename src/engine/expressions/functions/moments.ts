import { parseDuration } from '../moments/duration.ts'
import { timestampAt, toDuration } from '../moments/moment.ts'
import { addMonths } from '../moments/months.ts'
import { formatMoment, parseByPattern } from '../moments/pattern.ts'
import { parseTimestamp } from '../moments/text.ts'
import { type Local, localOf, momentOfLocal, startOfDay, zoneNamed } from '../moments/zone.ts'
import type { Duration } from '../value.ts'
import { define, type ExpressionFunction } from './define.ts'

const making = [
  define({
    name: 'timestamp',
    takes: { text: 'string|timestamp' },
    gives: 'timestamp',
    says: 'The moment that a text in RFC 3339 stands for.',
    example: ['timestamp("2024-03-01T02:00:00+02:00")', '2024-03-01T00:00:00.000Z'],
    run: ({ text }) => (typeof text === 'string' ? parseTimestamp(text) : text),
  }),
  define({
    name: 'duration',
    takes: { text: 'string|duration' },
    gives: 'duration',
    says: 'A duration of whole numbers with the units d, h, m, s and ms.',
    example: ['duration("1h30m")', '5400s'],
    run({ text }, call): Duration {
      if (typeof text !== 'string') return text
      const milliseconds = parseDuration(text)
      return milliseconds === null
        ? call.fail('the text is no duration; write 90s, 5m or 1h30m', text)
        : toDuration(milliseconds)
    },
  }),
  define({
    name: 'parseTime',
    takes: { text: 'string', pattern: 'string', zone: 'string?' },
    gives: 'timestamp',
    says: 'The moment that a text stands for by a pattern (see `format`), in a zone, else UTC.',
    example: ['parseTime("31/01/2024 08:30", "dd/MM/yyyy HH:mm", "Europe/Paris")', '2024-01-31T07:30:00.000Z'],
    run({ text, pattern, zone }, { work }) {
      work.spend(PATTERN + pattern.length * 16)
      return timestampAt(parseByPattern(text, pattern, zoneNamed(zone, work)))
    },
  }),
]

/** What the pieces of a pattern cost at least, in visits. */
const PATTERN = 200

/** One number of the date or the time that the clocks of a zone show. */
function part(name: string, says: string, value: number, read: (local: Local) => number): ExpressionFunction {
  return define({
    name,
    takes: { moment: 'timestamp', zone: 'string?' },
    gives: 'number',
    says: `${says}, in a zone (a name or \`+02:00\`), else in UTC.`,
    example: [`timestamp("2024-12-31T23:30:15Z").${name}()`, value],
    run: ({ moment, zone }, { work }) => read(localOf(moment.milliseconds, zoneNamed(zone, work))),
  })
}

const looking = [
  part('getFullYear', 'The year of a moment', 2024, ({ year }) => year),
  part('getMonth', 'The month of a moment, from 0', 11, ({ month }) => month - 1),
  part('getDayOfMonth', 'The day of the month of a moment, from 0', 30, ({ day }) => day - 1),
  part('getDate', 'The day of the month of a moment, from 1', 31, ({ day }) => day),
  part('getDayOfWeek', 'The day of the week of a moment, Sunday is 0', 2, dayOfWeek),
  part('getHours', 'The hour of a moment', 23, ({ milliseconds }) => Math.floor(milliseconds / 3_600_000)),
  part('getMinutes', 'The minute of a moment', 30, ({ milliseconds }) => Math.floor(milliseconds / 60_000) % 60),
  part('getSeconds', 'The second of a moment', 15, ({ milliseconds }) => Math.floor(milliseconds / 1000) % 60),
  define({
    name: 'format',
    takes: { moment: 'timestamp', pattern: 'string', zone: 'string?' },
    gives: 'string',
    says: "A moment as text by a pattern of `yyyy MM M dd d HH H mm ss SSS EEE XXX` and text in `'…'`, in a zone, else UTC.",
    example: ['format(timestamp("2024-01-05T08:03:00Z"), "d.M.yyyy H:mm", "Europe/Prague")', '5.1.2024 9:03'],
    run({ moment, pattern, zone }, { work }) {
      work.spend(PATTERN + pattern.length * 16)
      return work.made(formatMoment(moment.milliseconds, pattern, zoneNamed(zone, work)))
    },
  }),
]

const moving = [
  define({
    name: 'addMonths',
    takes: { moment: 'timestamp', months: 'integer', zone: 'string?' },
    gives: 'timestamp',
    says: 'The same day and time some months later or earlier, as the clocks of a zone show them, else UTC; the last day of the month where there is no such day.',
    example: ['addMonths(timestamp("2024-01-31T12:00:00Z"), 1)', '2024-02-29T12:00:00.000Z'],
    run({ moment, months, zone: name }, { work }) {
      return timestampAt(addMonths(moment.milliseconds, months, zoneNamed(name, work)))
    },
  }),
  define({
    name: 'startOfDay',
    takes: { moment: 'timestamp', zone: 'string?' },
    gives: 'timestamp',
    says: 'The first moment of the date that the clocks of a zone show, else UTC.',
    example: ['startOfDay(timestamp("2024-05-05T13:14:15Z"))', '2024-05-05T00:00:00.000Z'],
    run: ({ moment, zone }, { work }) => timestampAt(startOfDay(moment.milliseconds, zoneNamed(zone, work))),
  }),
]

/** Functions of moments and durations. */
export const momentFunctions = [...making, ...looking, ...moving]

function dayOfWeek({ year, month, day }: Local): number {
  return new Date(momentOfLocal({ year, month, day, milliseconds: 0 }, { offsetAt: () => 0 })).getUTCDay()
}
