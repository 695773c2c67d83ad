import { ProblemError } from '../wire/problem.ts'

/** The text of a filter as it was given. Throws `malformed-request` for a NUL, which the database knows in no text. */
export function checkFilterText(text: string): string {
  if (text.includes('\0')) throw new ProblemError('malformed-request', 'a filter holds NUL')
  return text
}
