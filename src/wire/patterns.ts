/** An http or https URL, as far as its beginning tells. */
export const HTTP_URL = '^[Hh][Tt][Tt][Pp][Ss]?://'

/** A text of one or several of these words, with commas between them. */
export function listOfWords(words: readonly string[]): string {
  const one = `(${words.join('|')})`
  return `^${one}(,${one})*$`
}

const LIST_OF_WORDS = /^\^\(([\w|]+)\)\(,\(\1\)\)\*\$$/

/** The patterns of schemas in words, for whoever sent what does not fit. */
const PATTERN_WORDS: Readonly<Record<string, string>> = {
  [HTTP_URL]: 'must be an http or https URL',
}

/** What a pattern wants, in words; undefined where the pattern itself is all that can be said. */
export function patternInWords(pattern: string): string | undefined {
  const words = LIST_OF_WORDS.exec(pattern)?.[1]
  if (words !== undefined) return `must be one of ${words.replaceAll('|', ', ')}, or several of them with commas`
  return PATTERN_WORDS[pattern]
}
