const WRITTEN = /^(?:\d+(?:ms|s|m|h|d))+$/
const PART = /(\d+)(ms|s|m|h|d)/g
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The longest duration, in milliseconds. */
export const LONGEST_DURATION = 366 * 86_400_000

/** What a duration is, for messages. */
export const DURATION = 'a duration, such as "500ms", "1h30m" or a number of seconds, of at most 366 days'

/**
 * Milliseconds of a duration: a text of whole numbers and units (`500ms`, `30s`, `1h30m`, `2d`), or seconds as a number.
 * Null: it is none, or longer than 366 days.
 */
export function durationOf(value: unknown): number | null {
  const milliseconds = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? ofText(value) : null
  return milliseconds !== null && milliseconds >= 0 && milliseconds <= LONGEST_DURATION ? milliseconds : null
}

function ofText(text: string): number | null {
  if (text.length > 100 || !WRITTEN.test(text)) return null
  let milliseconds = 0
  for (const [, count, unit = ''] of text.matchAll(PART)) milliseconds += Number(count) * (UNITS[unit] ?? 0)
  return milliseconds
}
