import { Cron, CronPattern } from 'croner'
import { clockChanges } from './timezone.ts'

/** Why a text is no cron expression that a schedule can have; the message says what is wrong and what was meant. */
export class CronError extends Error {
  override readonly name = 'CronError'
  readonly code = 'CRON_INVALID'
}

/** Firings of one schedule never lie closer together than this. */
export const LEAST_GAP_SECONDS = 10

const MODE = '5-or-6-parts'
const FIELDS = ['second', 'minute', 'hour', 'day of the month', 'month', 'day of the week'] as const
const HOUR = 2
const NICKNAME = /^@[a-z]+$/i
/** An expression with such an hour goes by elapsed time: on a day of 25 hours it has 25. */
const EVERY_HOUR = /^\*(\/\d+)?$/

/**
 * A cron expression in a time zone: 5 fields, or 6 with seconds; names, `L`, `W`, `#`, `@daily` and its kin.
 *
 * A local time that does not exist on a day of a clock change runs at the moment of the change; one that exists twice runs
 * the first time. Where the hour is `*` or a step of it, elapsed time counts instead: no hour is left out, none doubled.
 */
export class CronExpression {
  readonly #cron: Cron

  /** Throws a `CronError` for what can't be read, for what never fires, and for firings less than 10 seconds apart. */
  constructor(text: string, timezone: string) {
    const pattern = readPattern(text)
    if (leastGapSeconds(pattern) < LEAST_GAP_SECONDS) {
      throw new CronError(`fires more often than each ${LEAST_GAP_SECONDS} seconds`)
    }
    this.#cron = new Cron(spelledOut(text, pattern), {
      paused: true,
      mode: MODE,
      timezone,
      fixedTimeRule: 'no-wildcard',
    })
    if (this.#cron.nextRun() === null) throw new CronError('never fires: there is no such day')
  }

  /** The next moments behind `after`, both in milliseconds since 1970. */
  next(after: number, count: number): number[] {
    return this.#cron.nextRuns(count, new Date(after)).map((moment) => moment.getTime())
  }
}

/** Dates fall on the same days of the week again after 12 years at most, but for leap days. */
const LOOKED_AT_MS = 12 * 366 * 86_400_000

/**
 * Reads an expression that somebody writes. Beside what `CronExpression` throws, it looks at each clock change to come: a
 * time that is left out runs at the jump, which may be close to another one. That takes some milliseconds.
 */
export function checkExpression(text: string, timezone: string, now: number): void {
  const expression = new CronExpression(text, timezone)
  // Where all fire at full minutes, none lie closer than a minute: clocks change at full minutes.
  const fields = text.trim().split(/\s+/)
  if (fields.length < 6 || fields[0] === '0') return
  const least = LEAST_GAP_SECONDS * 1000
  for (const change of clockChanges(timezone, now, now + LOOKED_AT_MS)) {
    const near = expression.next(change - least, 3).filter((moment) => moment < change + least)
    if (near.every((moment, i) => i === 0 || moment - (near[i - 1] ?? 0) >= least)) continue
    const day = new Date(change).toISOString().slice(0, 10)
    throw new CronError(`fires more often than each ${LEAST_GAP_SECONDS} seconds when the clocks change on ${day}`)
  }
}

function readPattern(text: string): CronPattern {
  const fields = text.trim().split(/\s+/)
  if (!NICKNAME.test(text.trim()) && fields.length !== 5 && fields.length !== 6) {
    throw new CronError(`has ${text.trim() === '' ? 0 : fields.length} fields; 5 are wanted, or 6 with seconds first`)
  }
  try {
    return new CronPattern(text.trim(), undefined, { mode: MODE })
  } catch (cause) {
    throw new CronError(misreadField(fields) ?? 'is no cron expression; an example is 0 3 * * 1-5', { cause })
  }
}

/** Names the first field that can't be read when all others are `*`; undefined where it is not a field that is to blame. */
function misreadField(fields: readonly string[]): string | undefined {
  if (fields.length === 1) return undefined
  const names = FIELDS.slice(FIELDS.length - fields.length)
  const at = fields.findIndex((_, i) => !isReadable(fields.map((field, j) => (i === j ? field : '*')).join(' ')))
  return at < 0 ? undefined : `has ${JSON.stringify(fields[at])} for the ${names[at]}, which can't be read`
}

function isReadable(text: string): boolean {
  try {
    new CronPattern(text, undefined, { mode: MODE })
    return true
  } catch {
    return false
  }
}

/**
 * The expression with its seconds, minutes and hours as lists of numbers, unless it goes by elapsed time: the library
 * takes an expression for one of local times only where none of these has a `*` or a step.
 */
function spelledOut(text: string, pattern: CronPattern): string {
  const fields = text.trim().split(/\s+/)
  if (NICKNAME.test(text.trim())) return text.trim()
  const six = fields.length === 6 ? fields : ['0', ...fields]
  if (EVERY_HOUR.test(six[HOUR] ?? '')) return text.trim()
  const { second, minute, hour } = pattern
  return [...[second, minute, hour].map((flags) => chosen(flags).join(',')), ...six.slice(3)].join(' ')
}

/** The least seconds between two firings, as far as seconds and minutes decide it. */
function leastGapSeconds({ second, minute, hour }: CronPattern): number {
  const seconds = chosen(second)
  const gaps = seconds.slice(1).map((value, i) => value - (seconds[i] ?? 0))
  const [first = 0] = seconds
  if (haveNeighbours(minute, hour)) gaps.push(60 + first - (seconds.at(-1) ?? first))
  return Math.min(60, ...gaps)
}

/** Whether it may fire in two minutes that follow each other. */
function haveNeighbours(minute: readonly number[], hour: readonly number[]): boolean {
  const minutes = chosen(minute)
  if (minutes.some((value, i) => minutes[i + 1] === value + 1)) return true
  const hours = chosen(hour)
  const passesHour = hours.some((value) => hours.includes((value + 1) % 24))
  return minutes.includes(59) && minutes.includes(0) && passesHour
}

function chosen(flags: readonly number[]): number[] {
  return flags.flatMap((flag, value) => (flag === 1 ? [value] : []))
}
