import type { LongWork } from '../turns.ts'

/** Georgian letters have no title case, though they have an upper case. */
const GEORGIAN = /[\u10d0-\u10ff]/

/** Letters for two sounds, in threes: upper, title and lower case. */
const DIGRAPHS = 'ǄǅǆǇǈǉǊǋǌǱǲǳ'

/** Its two letters in upper case are those of its title case too; elsewhere the second is small (`Ss` for `ß`). */
const APOSTROPHE_N = 'ŉ'

/** What makes a sigma at the end of a word stand within one all the same: a letter behind an apostrophe, a full stop. */
const FOLLOWED = /\p{Case_Ignorable}*\p{Cased}/uy

const IOTA_SUBSCRIPT = '\u0345'

/** So many words are looked at at a stretch. */
const STRETCH = 64

/** Each word with its first letter in title case and the others in lower case, as `str.title` does it. */
export function* titlecase(text: string): LongWork<string> {
  let titled = ''
  let from = 0
  let words = 0
  for (const { 0: word, index } of text.matchAll(/\p{Cased}+/gu)) {
    titled += text.slice(from, index) + titleOfWord(text, word, index)
    from = index + word.length
    if (++words % STRETCH === 0) yield
  }
  return titled + text.slice(from)
}

function titleOfWord(text: string, word: string, at: number): string {
  const first = String.fromCodePoint(word.codePointAt(0) ?? 0)
  FOLLOWED.lastIndex = at + word.length
  const next = word.endsWith('Σ') && FOLLOWED.test(text) ? 'a' : ''
  return titleOf(first) + lowerBetween(first, word.slice(first.length), next)
}

/** The rest of a word in lower case; what stands before and behind a sigma decides its form. */
function lowerBetween(first: string, rest: string, next: string): string {
  const lower = (first + rest + next).toLowerCase()
  return lower.slice(first.toLowerCase().length, lower.length - next.length)
}

function titleOf(letter: string): string {
  if (GEORGIAN.test(letter)) return letter
  if (letter === APOSTROPHE_N) return letter.toUpperCase()
  const digraph = DIGRAPHS.indexOf(letter)
  if (digraph >= 0) return DIGRAPHS.charAt(digraph - (digraph % 3) + 1)
  const decomposed = letter.normalize('NFD')
  if (decomposed.length > 1 && decomposed.endsWith(IOTA_SUBSCRIPT)) {
    return (decomposed.charAt(0).toUpperCase() + decomposed.slice(1)).normalize('NFC')
  }
  const [head = '', ...tail] = letter.toUpperCase()
  return head + tail.join('').toLowerCase()
}
