import { daysIn } from './text.ts'
import { localOf, momentOfLocal, type Zone } from './zone.ts'

/** Beyond this the result lies outside of what can be written in any case; dates have an end too. */
const MOST = 120_000

/**
 * The same day and time some months later or earlier, as the clocks of a zone show them; the last day of the month where
 * there is no such day. May lie outside of the years that can be written.
 */
export function addMonths(moment: number, months: number, zone: Zone): number {
  const local = localOf(moment, zone)
  const count = local.year * 12 + local.month - 1 + Math.max(-MOST, Math.min(MOST, months))
  const [year, month] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1]
  return momentOfLocal({ ...local, year, month, day: Math.min(local.day, daysIn(year, month)) }, zone)
}

/** The same time some days later or earlier, as the clocks of a zone show it. */
export function addDays(moment: number, days: number, zone: Zone): number {
  const local = localOf(moment, zone)
  return momentOfLocal({ ...local, day: local.day + days }, zone)
}
