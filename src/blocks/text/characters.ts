import { widthAt, widthBefore } from '../../engine/values/characters.ts'

/**
 * Text as Python sees it: a row of code points.
 */

/** White space as `str.isspace` knows it. JavaScript's `\s` differs in seven characters. */
export const WHITE_SPACE: ReadonlySet<string> = new Set(
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
)

/** A text without the characters of a set at its ends. */
export function strip(text: string, set: ReadonlySet<string>): string {
  let from = 0
  while (from < text.length && set.has(text.slice(from, from + widthAt(text, from)))) from += widthAt(text, from)
  let to = text.length
  while (to > from && set.has(text.slice(to - widthBefore(text, to), to))) to -= widthBefore(text, to)
  return text.slice(from, to)
}

/** Any value as text, as tags inside text do it: strings as they are, everything else as compact JSON. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
