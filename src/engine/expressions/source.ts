import { SyntaxMistake } from './error.ts'
import { isNameCharacter, isRaw, literalEnd } from './literals.ts'

/** So many brackets may stand in each other. */
export const MAX_LEVELS = 30

/** An expression as the library's parser takes it. `at` gives the index in what was written for one in `text`. */
export type Source = { readonly text: string; at(index: number): number }

/**
 * Writes out what CEL has and the library's parser has not: `.5`, raw texts that end in a backslash, and form feeds.
 * Counts brackets on the way, so that the parser's recursion is bounded before it begins.
 *
 * Throws a `SyntaxMistake` for brackets in more than 30 levels.
 */
export function toSource(written: string): Source {
  const pieces: string[] = []
  /** For each piece that was changed: where it ends here, and how much longer the text is from there on. */
  const shifts: { from: number; by: number }[] = []
  let length = 0
  let taken = 0
  let levels = 0
  const replace = (from: number, to: number, piece: string): void => {
    pieces.push(written.slice(taken, from), piece)
    length += from - taken + piece.length
    taken = to
    shifts.push({ from: length, by: length - to })
  }
  for (let i = 0; i < written.length; i++) {
    const character = written.charAt(i)
    if (character === '"' || character === "'") {
      const end = literalEnd(written, i)
      if (end < 0) break
      if (isRaw(written, i)) replace(i - 1, end, written.slice(i, end).replaceAll('\\', '\\\\'))
      i = end - 1
    } else if (character === '/' && written[i + 1] === '/') {
      const end = written.indexOf('\n', i)
      i = end < 0 ? written.length : end
    } else if (character === '.' && isFraction(written, i)) replace(i, i + 1, '0.')
    else if (character === '\f') replace(i, i + 1, ' ')
    else if ('([{'.includes(character)) {
      if (++levels > MAX_LEVELS) throw new SyntaxMistake(`is nested deeper than ${MAX_LEVELS} levels`, i + 1)
    } else if (')]}'.includes(character)) levels--
  }
  pieces.push(written.slice(taken))
  return {
    text: pieces.join(''),
    at: (index) => Math.max(0, index - (shifts.findLast(({ from }) => from <= index)?.by ?? 0)),
  }
}

/** Whether a dot begins a number, as in `.5`. */
function isFraction(written: string, dot: number): boolean {
  const next = written.charCodeAt(dot + 1)
  if (!(next >= 48 && next <= 57)) return false
  const before = written[dot - 1] ?? ' '
  return before !== ')' && before !== ']' && !isNameCharacter(before.charCodeAt(0))
}
