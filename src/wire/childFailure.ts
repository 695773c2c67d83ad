import type { Json } from '../engine/values/json.ts'
import type { ProblemError } from './problem.ts'

/** Jobs in one line, each a child of the one before; the first one counted. */
export const MAX_JOBS_IN_LINE = 8

/** Why a child of a job that is the last in its line is not made. */
export function tooDeep(parent: string): Json {
  return { type: 'TooDeep', message: `a child of ${parent} would be more than ${MAX_JOBS_IN_LINE} levels deep` }
}

/** Why a child was refused: every pointer with what is wrong there. */
export function errorOfRefusal({ slug, message, errors }: ProblemError): Json {
  const type = slug.replace(/(?:^|-)[a-z]/g, (part) => part.slice(-1).toUpperCase())
  const found = (errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')
  return { type, message: found === '' ? message : found }
}
