import { ArgumentMistake } from '../argument.ts'
import { timestampAt } from './moment.ts'
import type { Timestamp } from '../value.ts'
import { DAY, utcOf } from './zone.ts'

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/** The moment that a text in RFC 3339 stands for; what is finer than a millisecond is left out. */
export function parseTimestamp(text: string): Timestamp {
  const match = MOMENT.exec(text)
  if (match === null) throw new ArgumentMistake('the text is no moment; write 2026-01-31T08:00:00Z', text)
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const fraction = Number(`0.${match[7] ?? '0'}`)
  checkDate(text, year, month, day)
  const [zoneHours, zoneMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)]
  if (hour > 23 || minute > 59 || second > 59 || zoneHours > 23 || zoneMinutes > 59) {
    throw new ArgumentMistake('there is no such time of day', text)
  }
  const offset = (zoneHours * 60 + zoneMinutes) * 60_000 * (match[8] === '-' ? -1 : 1)
  const time = ((hour * 60 + minute) * 60 + second) * 1000 + Math.floor(fraction * 1000 + 1e-6)
  return timestampAt(utcOf({ year, month, day, milliseconds: time }) - offset)
}

/** Throws an `ArgumentMistake` for a text with a date that the calendar has not, such as the 30th of February. */
export function checkDate(text: string, year: number, month: number, day: number): void {
  if (month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)) return
  throw new ArgumentMistake('there is no such date', text)
}

/** How many days a month has; months count from 1. */
export function daysIn(year: number, month: number): number {
  return (
    (utcOf({ year, month: month + 1, day: 1, milliseconds: 0 }) - utcOf({ year, month, day: 1, milliseconds: 0 })) / DAY
  )
}
