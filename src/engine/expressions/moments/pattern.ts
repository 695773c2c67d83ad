import { ArgumentMistake } from '../argument.ts'
import { checkDate } from './text.ts'
import { type Local, localOf, momentOfLocal, utcOf, type Zone } from './zone.ts'

/** A field of a pattern, such as `yyyy`, or a text that stands for itself. */
type Part = { readonly field: Field } | { readonly text: string }
type Field = (typeof FIELDS)[number]

const FIELDS = ['yyyy', 'MM', 'M', 'dd', 'd', 'HH', 'H', 'mm', 'ss', 'SSS', 'EEE', 'XXX'] as const
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** A moment as text by a pattern. Throws an `ArgumentMistake` for letters that are no field. */
export function formatMoment(moment: number, pattern: string, zone: Zone): string {
  const local = localOf(moment, zone)
  const offset = zone.offsetAt(moment)
  return partsOf(pattern)
    .map((part) => ('text' in part ? part.text : writeField(part.field, local, offset)))
    .join('')
}

/** The moment that a text stands for by a pattern; fields that it lacks are those of 1970-01-01T00:00. */
export function parseByPattern(text: string, pattern: string, zone: Zone): number {
  const found = new Map<Field, string>()
  let at = 0
  for (const part of partsOf(pattern)) {
    const rest = text.slice(at)
    const piece = 'text' in part ? part.text : (READS[part.field].exec(rest)?.[0] ?? '')
    if (piece === '' || !rest.startsWith(piece)) throw mismatch(text, pattern)
    if ('field' in part) found.set(part.field, piece)
    at += piece.length
  }
  if (at < text.length) throw mismatch(text, pattern)
  const local = readLocal(text, found)
  const offset = found.get('XXX')
  return offset === undefined ? momentOfLocal(local, zone) : utcOf(local) - readOffset(offset)
}

function partsOf(pattern: string): Part[] {
  const parts: Part[] = []
  for (const [piece] of pattern.matchAll(/''|'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    const field = FIELDS.find((known) => known === piece)
    if (field !== undefined) parts.push({ field })
    else if (piece === "'") throw new ArgumentMistake("a text in the pattern is not closed; write 'text'")
    else if (piece === "''") parts.push({ text: "'" })
    else if (piece.startsWith("'")) parts.push({ text: piece.slice(1, -1).replaceAll("''", "'") })
    else if (/^[A-Za-z]/.test(piece)) {
      throw new ArgumentMistake(`the pattern has no field ${piece}; it knows ${FIELDS.join(' ')}, and text in '…'`)
    } else parts.push({ text: piece })
  }
  return parts
}

function writeField(field: Field, { year, month, day, milliseconds }: Local, offset: number): string {
  switch (field) {
    case 'yyyy':
      return digits(year, 4)
    case 'MM':
    case 'M':
      return digits(month, field.length)
    case 'dd':
    case 'd':
      return digits(day, field.length)
    case 'HH':
    case 'H':
      return digits(Math.floor(milliseconds / 3_600_000), field.length)
    case 'mm':
      return digits(Math.floor(milliseconds / 60_000) % 60, 2)
    case 'ss':
      return digits(Math.floor(milliseconds / 1000) % 60, 2)
    case 'SSS':
      return digits(milliseconds % 1000, 3)
    case 'EEE':
      return DAYS[new Date(utcOf({ year, month, day, milliseconds: 0 })).getUTCDay()] ?? ''
    case 'XXX':
      return offset === 0 ? 'Z' : writeOffset(offset)
  }
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

function writeOffset(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000)
  return `${offset < 0 ? '-' : '+'}${digits(Math.floor(minutes / 60), 2)}:${digits(minutes % 60, 2)}`
}

const TWO = /^\d\d/
const ONE_OR_TWO = /^\d\d?/
const READS: Readonly<Record<Field, RegExp>> = {
  yyyy: /^\d{4}/,
  MM: TWO,
  M: ONE_OR_TWO,
  dd: TWO,
  d: ONE_OR_TWO,
  HH: TWO,
  H: ONE_OR_TWO,
  mm: TWO,
  ss: TWO,
  SSS: /^\d{3}/,
  EEE: new RegExp(`^(?:${DAYS.join('|')})`),
  XXX: /^(?:Z|[+-]\d\d:\d\d)/,
}

function readLocal(text: string, found: ReadonlyMap<Field, string>): Local {
  const read = (initial: number, ...fields: Field[]): number => {
    const field = fields.find((one) => found.has(one))
    return field === undefined ? initial : Number(found.get(field))
  }
  const [year, month, day] = [read(1970, 'yyyy'), read(1, 'MM', 'M'), read(1, 'dd', 'd')]
  const [hour, minute, second] = [read(0, 'HH', 'H'), read(0, 'mm'), read(0, 'ss')]
  checkDate(text, year, month, day)
  if (hour > 23 || minute > 59 || second > 59) throw new ArgumentMistake('there is no such time of day', text)
  return { year, month, day, milliseconds: ((hour * 60 + minute) * 60 + second) * 1000 + read(0, 'SSS') }
}

function readOffset(text: string): number {
  if (text === 'Z') return 0
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(4))]
  return (hours * 60 + minutes) * 60_000 * (text.startsWith('-') ? -1 : 1)
}

function mismatch(text: string, pattern: string): ArgumentMistake {
  return new ArgumentMistake(`the text does not have the form ${pattern.slice(0, 100)}`, text)
}
