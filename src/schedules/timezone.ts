const MINUTE_MS = 60_000
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS

/** The moments at which the clocks of a zone change; two within a week may be missed, and no zone has such. */
export function clockChanges(timezone: string, from: number, until: number): number[] {
  const format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' })
  const offsetAt = (moment: number): string =>
    format.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const changes: number[] = []
  for (let week = Math.floor(from / MINUTE_MS) * MINUTE_MS; week < until; week += WEEK_MS) {
    const before = offsetAt(week)
    if (offsetAt(week + WEEK_MS) === before) continue
    let [low, high] = [week, week + WEEK_MS]
    while (high - low > MINUTE_MS) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS
      if (offsetAt(middle) === before) low = middle
      else high = middle
    }
    changes.push(high)
  }
  return changes
}

/** Whether a text names a time zone of the IANA database, an alias of one included. Offsets such as `+02:00` are none. */
export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
