/** The order of two texts by code point; JavaScript's own compares UTF-16 units, which parts above U+FFFF. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  let same = 0
  while (same + PIECE <= length && left.slice(same, same + PIECE) === right.slice(same, same + PIECE)) same += PIECE
  for (let i = same; i < length; i++) {
    const a = left.charCodeAt(i)
    const b = right.charCodeAt(i)
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

/** So many units of long texts are passed over at once where they are equal. */
const PIECE = 1024

/** Surrogates stand for code points above every other unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
