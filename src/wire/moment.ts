const MOMENT = /^(\d{4}-\d\d-\d\d)[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

/** A moment as in RFC 3339, in milliseconds since 1970; null for what is none. */
export function parseMoment(text: string): number | null {
  const [, day] = MOMENT.exec(text) ?? []
  const milliseconds = day !== undefined && isDay(day) ? Date.parse(text) : Number.NaN
  return Number.isNaN(milliseconds) ? null : milliseconds
}

/** The same, or a date alone, which means its midnight in UTC. */
export function parseMomentOrDay(text: string): number | null {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? parseMoment(`${text}T00:00:00Z`) : parseMoment(text)
}

/** `Date.parse` takes a 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day)
}
