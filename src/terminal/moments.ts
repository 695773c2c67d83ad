const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
] as const

/** How long ago a moment was, in its largest unit: `3m ago`. */
export function ago(moment: string | null | undefined, now = Date.now()): string {
  if (moment === null || moment === undefined) return ''
  const seconds = Math.round((now - Date.parse(moment)) / 1000)
  return seconds < 0 ? `in ${span(-seconds)}` : `${span(seconds)} ago`
}

/** The time between two moments: `1.2 s`, `3m`. Empty where one is missing. */
export function between(from: string | null | undefined, to: string | null | undefined): string {
  if (!from || !to) return ''
  const milliseconds = Date.parse(to) - Date.parse(from)
  if (milliseconds < 1000) return `${milliseconds} ms`
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : span(Math.round(milliseconds / 1000))
}

function span(seconds: number): string {
  const unit = UNITS.find(([, size]) => seconds >= size)
  return unit === undefined ? `${seconds}s` : `${Math.floor(seconds / unit[1])}${unit[0]}`
}
