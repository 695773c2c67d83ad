/**
 * Searching in linear time, whatever the text and the piece. V8's own search is linear for short pieces only: it
 * looks back at most 250 characters, and is quadratic beyond (seconds for half a MiB of one letter).
 */
export const NATIVE_LIMIT = 250

type Find = (text: string, from: number) => number

/** Whether a piece stands in a text; the empty piece stands in every text. */
export function includes(text: string, piece: string): boolean {
  return finder(piece)(text, 0) >= 0
}

/** Where a piece, which must not be empty, stands in a text: the first `limit` places that do not overlap. */
export function occurrences(text: string, piece: string, limit = Number.POSITIVE_INFINITY): number[] {
  const find = finder(piece)
  const found: number[] = []
  for (let at = 0; found.length < limit; ) {
    const next = find(text, at)
    if (next < 0) break
    found.push(next)
    at = next + piece.length
  }
  return found
}

/** Where a piece, which must not be empty, stands last in a text; -1 where it does not. */
export function lastOccurrence(text: string, piece: string): number {
  const borders = bordersOf(piece)
  let last = -1
  for (let i = 0, matched = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    while (matched > 0 && piece.charCodeAt(matched) !== unit) matched = borders[matched - 1] ?? 0
    if (piece.charCodeAt(matched) === unit) matched++
    if (matched === piece.length) {
      last = i + 1 - matched
      matched = borders[matched - 1] ?? 0
    }
  }
  return last
}

function finder(piece: string): Find {
  return piece.length <= NATIVE_LIMIT ? (text, from) => text.indexOf(piece, from) : knuthMorrisPratt(piece)
}

/** Never goes back in the text: after a mismatch, `borders` says how much of the piece is matched all the same. */
function knuthMorrisPratt(piece: string): Find {
  const borders = bordersOf(piece)
  return (text, from) => {
    let matched = 0
    for (let i = from; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      while (matched > 0 && piece.charCodeAt(matched) !== unit) matched = borders[matched - 1] ?? 0
      if (piece.charCodeAt(matched) === unit) matched++
      if (matched === piece.length) return i + 1 - matched
    }
    return -1
  }
}

/** For each end in the piece: the length of the longest part before it that the piece also starts with. */
function bordersOf(piece: string): Int32Array {
  const borders = new Int32Array(piece.length)
  let length = 0
  for (let i = 1; i < piece.length; i++) {
    const unit = piece.charCodeAt(i)
    while (length > 0 && piece.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0
    if (piece.charCodeAt(length) === unit) length++
    borders[i] = length
  }
  return borders
}
