import { SECRET_NAME } from '../engine/secrets/names.ts'
import { JOB_ID, JOB_ID_IN_WORDS } from '../engine/values/jobId.ts'
import { fault, type Said, wish } from './said.ts'

/** An http or https URL, as far as its beginning tells. */
export const HTTP_URL = '^[Hh][Tt][Tt][Pp][Ss]?://'

/** A text of one or several of these words, with commas between them. */
export function listOfWords(words: readonly string[]): string {
  const one = `(${words.join('|')})`
  return `^${one}(,${one})*$`
}

const LIST_OF_WORDS = /^\^\(([\w|]+)\)\(,\(\1\)\)\*\$$/

/** The name of a tenant: of the same letters as the id of a job. */
export const TENANT_NAME = JOB_ID

/** A key of a job's metadata. */
export const METADATA_KEY = '^[A-Za-z0-9_-]{1,40}$'

/** What a secret may be named. */
export const SECRET_NAME_PATTERN = `^${SECRET_NAME}$`

/** The id of a step. */
export const STEP_ID = '^[^\\u0000-\\u001f\\u007f-\\u009f/]*$'

/** A name for people, on one line. */
export const ONE_LINE = '^[^\\u0000-\\u001f\\u007f]*$'

/** A span of time, or several in a row. */
export const DURATION_PATTERN = '^([0-9]{1,12}(ms|s|m|h|d)){1,8}$'

/** The name of a definition. */
export const DEFINITION_NAME = '^[a-z][a-z0-9-]{0,62}$'

/** The name of a definition, or a pattern of such names: `*` for any text, `?` for any character. */
export const DEFINITION_PATTERN = '^[a-z*?][a-z0-9*?-]{0,62}$'

/** A secret of Standard Webhooks, as far as its letters tell. */
export const WEBHOOK_SECRET = '^whsec_[A-Za-z0-9+/]{32,86}={0,2}$'

/** The patterns of schemas in words, for whoever sent what does not fit. */
const PATTERN_WORDS: Readonly<Record<string, Said>> = {
  [HTTP_URL]: wish('an http or https URL'),
  [JOB_ID]: wish(JOB_ID_IN_WORDS),
  [METADATA_KEY]: wish('1 to 40 letters, digits, _ or -'),
  [SECRET_NAME_PATTERN]: wish('2 to 63 letters, digits or _, begin with a letter and not end with _'),
  [STEP_ID]: fault('must not hold a / or a control character'),
  [ONE_LINE]: fault('must not hold a control character'),
  [DURATION_PATTERN]: wish('a duration such as 90s, 15m or 1h30m'),
  [DEFINITION_NAME]: wish('1 to 63 small letters, digits or -, and begin with a letter'),
  [WEBHOOK_SECRET]: wish('whsec_ and base64 of 24 to 64 bytes'),
  [DEFINITION_PATTERN]: wish('the name of a definition (small letters, digits or -), or a pattern of it with * or ?'),
}

/** What a pattern wants, in words; null where the pattern itself is all that can be said. */
export function patternInWords(pattern: string): Said | null {
  const words = LIST_OF_WORDS.exec(pattern)?.[1]
  if (words !== undefined) return wish(`one of ${words.replaceAll('|', ', ')}, or several of them with commas`)
  return PATTERN_WORDS[pattern] ?? null
}
