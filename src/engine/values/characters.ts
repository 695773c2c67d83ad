/**
 * Text as Python sees it, a row of code points, without making a list of them: on a text of megabytes that would cost
 * more than anything that is done with it.
 */

/** How many characters a text has. */
export function countCharacters(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += widthAt(text, at)) count++
  return count
}

/** The character at a Python index, found from the nearer end; undefined where there is none. */
export function characterAt(text: string, index: number): string | undefined {
  const at = index < 0 ? stepBack(text, -index) : skipCharacters(text, 0, index)
  return at >= 0 && at < text.length ? text.slice(at, at + widthAt(text, at)) : undefined
}

/** The place so many characters behind another, or the end of the text. */
export function skipCharacters(text: string, from: number, count: number): number {
  let at = from
  for (let left = count; left > 0 && at < text.length; left--) at += widthAt(text, at)
  return at
}

/** How many UTF-16 units the character at a place has. */
export function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}

/** How many UTF-16 units the character before a place has. */
export function widthBefore(text: string, at: number): number {
  return at > 1 && widthAt(text, at - 2) === 2 ? 2 : 1
}

/** The place so many characters before the end; below 0 where there are not so many. */
function stepBack(text: string, count: number): number {
  let at = text.length
  for (let left = count; left > 0 && at >= 0; left--) at -= widthBefore(text, at)
  return at
}
