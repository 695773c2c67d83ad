import { LRUCache } from 'lru-cache'
import { ArgumentMistake } from '../argument.ts'
import type { Work } from '../work.ts'

/** A zone: how far its clocks are from UTC at a moment. Milliseconds everywhere; east of Greenwich is above 0. */
export type Zone = { offsetAt(moment: number): number }

const UTC: Zone = { offsetAt: () => 0 }
const FIXED = /^([+-])(\d\d):(\d\d)$/

/** More than there are names; a formatter takes some 10 KB. */
const zones = new LRUCache<string, Zone>({ max: 600 })

/** What it costs to look a zone up for the first time, and to ask it, in visits. */
const COST_OF_ZONE = 5000
const COST_OF_OFFSET = 400

/** A zone by its IANA name or as `+02:00`; UTC where none is named. Throws an `ExpressionError` for an unknown one. */
export function zoneNamed(name: string | undefined, work: Pick<Work, 'spend'>): Zone {
  if (name === undefined || name === 'UTC' || name === 'Z') return UTC
  const [, sign, hours, minutes] = FIXED.exec(name) ?? []
  if (hours !== undefined && minutes !== undefined) {
    if (Number(hours) > 23 || Number(minutes) > 59) throw unknown(name)
    const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
    return { offsetAt: () => offset }
  }
  const formatter = zones.get(name) ?? makeZone(name, work)
  return {
    offsetAt: (moment) => {
      work.spend(COST_OF_OFFSET)
      return formatter.offsetAt(moment)
    },
  }
}

function makeZone(name: string, work: Pick<Work, 'spend'>): Zone {
  work.spend(COST_OF_ZONE)
  // Names begin with a letter; Intl would take offsets such as `+2` too.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) throw unknown(name)
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    throw unknown(name)
  }
  const zone: Zone = { offsetAt: (moment) => localAt(format, moment) - Math.floor(moment / 1000) * 1000 }
  zones.set(name, zone)
  return zone
}

function unknown(name: string): ArgumentMistake {
  return new ArgumentMistake(`there is no time zone ${name.slice(0, 64)}`)
}

/** What the clocks of a zone show, to the second, as if they were UTC. */
function localAt(format: Intl.DateTimeFormat, moment: number): number {
  const field: Record<string, string> = {}
  for (const { type, value } of format.formatToParts(moment)) field[type] = value
  const year = Number(field['year']) * (field['era'] === 'BC' ? -1 : 1) + (field['era'] === 'BC' ? 1 : 0)
  return utcOf({
    year,
    month: Number(field['month']),
    day: Number(field['day']),
    milliseconds: ((Number(field['hour']) * 60 + Number(field['minute'])) * 60 + Number(field['second'])) * 1000,
  })
}

/** A date, its month and day from 1, and the milliseconds since its midnight. */
export type Local = {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly milliseconds: number
}

/** Milliseconds of a day. */
export const DAY = 86_400_000

/** A local date and time as if it were UTC. Days beyond the end of a month go on in the next. */
export function utcOf({ year, month, day, milliseconds }: Local): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime() + milliseconds
}

/** The date and the time that the clocks of a zone show at a moment. */
export function localOf(moment: number, zone: Zone): Local {
  const shown = moment + zone.offsetAt(moment)
  const date = new Date(shown)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    milliseconds: shown - Math.floor(shown / DAY) * DAY,
  }
}

/**
 * The moment at which the clocks of a zone show a date and a time. One that they never show, because they were put
 * forward, moves forward by as much; of one that they show twice it is the earlier.
 */
export function momentOfLocal(local: Local, zone: Zone): number {
  const shown = utcOf(local)
  const before = zone.offsetAt(shown - DAY)
  const after = zone.offsetAt(shown + DAY)
  const candidates = [shown - before, shown - after].filter((moment) => moment + zone.offsetAt(moment) === shown)
  return candidates.length > 0 ? Math.min(...candidates) : shown - before
}

/** The first moment of the date that the clocks of a zone show at a moment. */
export function startOfDay(moment: number, zone: Zone): number {
  const midnight = { ...localOf(moment, zone), milliseconds: 0 }
  const shown = utcOf(midnight)
  const found = momentOfLocal(midnight, zone)
  if (found + zone.offsetAt(found) === shown) return found
  // The clocks were put forward over midnight: the day begins at that very moment.
  let [low, high] = [found - DAY, found]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (middle + zone.offsetAt(middle) < shown) low = middle
    else high = middle
  }
  return high
}
