const PARTS = /^(?:\d{1,15}(?:ms|s|m|h|d))+$/
const PART = /(\d+)(ms|s|m|h|d)/g
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The milliseconds of a duration as it is written, whole numbers with units: `90s`, `1h30m`; null for any other text. */
export function parseDuration(text: string): number | null {
  if (text.length > 100 || !PARTS.test(text)) return null
  let milliseconds = 0
  for (const [, count, unit = ''] of text.matchAll(PART)) milliseconds += Number(count) * (UNITS[unit] ?? 0)
  return milliseconds
}
