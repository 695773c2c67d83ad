const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
]
const relative = new Intl.RelativeTimeFormat('en', { style: 'narrow' })
const sameYear = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const withYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' })

/** A moment as people say it: `3 min. ago`, and after two days its date. */
export function ago(moment: string, now: number): string {
  const difference = Date.parse(moment) - now
  const distance = Math.abs(difference)
  if (distance < 1_000) return 'now'
  if (distance > 2 * 86_400_000) {
    const date = new Date(moment)
    return date.getFullYear() === new Date(now).getFullYear() ? sameYear.format(date) : withYear.format(date)
  }
  const [unit, size] = UNITS.find(([, length]) => distance >= length) ?? (['second', 1_000] as const)
  return relative.format(Math.trunc(difference / size), unit)
}

/** The same moment to the millisecond, in the viewer's zone and in UTC. */
export function exactly(moment: string): string {
  return `${exact.format(new Date(moment))} · ${moment}`
}

/** `340 ms`, `12.4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.max(0, Math.round(milliseconds))} ms`
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`
  const seconds = Math.round(milliseconds / 1_000)
  if (seconds < 3_600) return pair(seconds, 60, 'min', 's')
  if (seconds < 86_400) return pair(Math.round(seconds / 60), 60, 'h', 'min')
  return pair(Math.round(seconds / 3_600), 24, 'd', 'h')
}

function pair(small: number, size: number, large: string, unit: string): string {
  const rest = small % size
  return `${Math.floor(small / size)} ${large}${rest === 0 ? '' : ` ${rest} ${unit}`}`
}

export function between(from: string, to: string | null, now: number): number {
  return (to === null ? now : Date.parse(to)) - Date.parse(from)
}

/** `1.2 MB`. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`
  if (count < 1_000_000) return `${Math.round(count / 1_000)} KB`
  return `${(count / 1_000_000).toFixed(1)} MB`
}

const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 6 })

export function number(value: number): string {
  return plain.format(value)
}

const LINE_CHARACTERS = 300

/** What a text says first: its first line, cut where that is long. */
export function firstLine(text: string): string {
  const [line = ''] = text.trimStart().split('\n', 1)
  const cut = line.slice(0, LINE_CHARACTERS)
  return cut.length < text.trim().length ? `${cut.trimEnd()} …` : cut
}

/** A rate in two digits: `0.022`, `2.7`, `340`. */
export function rate(value: number): string {
  return number(Number(value.toPrecision(2)))
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`
}
