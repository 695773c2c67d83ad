/** An http or https URL, as far as its beginning tells. */
export const HTTP_URL = '^[Hh][Tt][Tt][Pp][Ss]?://'

/** The patterns of schemas in words, for whoever sent what does not fit. */
export const PATTERN_WORDS: Readonly<Record<string, string>> = {
  [HTTP_URL]: 'must be an http or https URL',
}
