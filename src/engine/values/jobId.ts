/** What the id of a job is made of. */
export const JOB_ID = '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'

/** The same for people: what follows "must be". */
export const JOB_ID_IN_WORDS = '1 to 64 letters, digits, _ . or -, and begin with a letter or a digit'

const PATTERN = new RegExp(JOB_ID)

/** Whether a text can be the id of a job. */
export function isJobId(text: string): boolean {
  return PATTERN.test(text)
}
