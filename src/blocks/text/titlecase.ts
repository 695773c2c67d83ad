/** Georgian letters have no title case, though they have an upper case. */
const GEORGIAN = /[\u10d0-\u10ff]/

/** Letters for two sounds, in threes: upper, title and lower case. */
const DIGRAPHS = 'ǄǅǆǇǈǉǊǋǌǱǲǳ'

const IOTA_SUBSCRIPT = '\u0345'

/** Each word with its first letter in title case and the others in lower case, as `str.title` does it. */
export function titlecase(text: string): string {
  return text.replace(/\p{Cased}+/gu, (word) => {
    const first = String.fromCodePoint(word.codePointAt(0) as number)
    return titleOf(first) + lowerAfter(first, word.slice(first.length))
  })
}

/** The rest of a word in lower case; what stands before a sigma decides its form. */
function lowerAfter(first: string, rest: string): string {
  return (first + rest).toLowerCase().slice(first.toLowerCase().length)
}

function titleOf(letter: string): string {
  if (GEORGIAN.test(letter)) return letter
  const digraph = DIGRAPHS.indexOf(letter)
  if (digraph >= 0) return DIGRAPHS.charAt(digraph - (digraph % 3) + 1)
  const decomposed = letter.normalize('NFD')
  if (decomposed.length > 1 && decomposed.endsWith(IOTA_SUBSCRIPT)) {
    return (decomposed.charAt(0).toUpperCase() + decomposed.slice(1)).normalize('NFC')
  }
  const [head = '', ...tail] = letter.toUpperCase()
  return head + tail.join('').toLowerCase()
}
