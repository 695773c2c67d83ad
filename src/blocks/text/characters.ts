/**
 * Text as Python sees it: a row of code points.
 */

/** White space as `str.isspace` knows it. JavaScript's `\s` differs in seven characters. */
export const WHITE_SPACE: ReadonlySet<string> = new Set(
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
)

/** How many code points a text has, without a list of them. */
export function countCharacters(text: string): number {
  let count = text.length
  for (let i = 1; i < text.length; i++) {
    if (isLow(text.charCodeAt(i)) && isHigh(text.charCodeAt(i - 1))) count--
  }
  return count
}

/** A text without the characters of a set at its ends. */
export function strip(text: string, set: ReadonlySet<string>): string {
  const characters = [...text]
  let from = 0
  let to = characters.length
  while (from < to && set.has(characters[from] as string)) from++
  while (to > from && set.has(characters[to - 1] as string)) to--
  return characters.slice(from, to).join('')
}

/** Any value as text, as tags inside text do it: strings as they are, everything else as compact JSON. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
