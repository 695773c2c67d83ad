/** The day of the week, with which each of the three forms of an HTTP date begins (RFC 9110, section 5.6.7). */
const DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/i

/** `Retry-After` (RFC 9110, section 10.2.3) in milliseconds from `now`; null without one, or for one that is none. */
export function readRetryAfter(header: string | string[] | undefined, now: number): number | null {
  if (typeof header !== 'string') return null
  if (/^\d{1,10}$/.test(header)) return Number(header) * 1000
  if (!DATE.test(header)) return null
  // The oldest form names no zone, and would be read as local time.
  const moment = Date.parse(header.endsWith('GMT') ? header : `${header} GMT`)
  return Number.isNaN(moment) ? null : Math.max(0, moment - now)
}
