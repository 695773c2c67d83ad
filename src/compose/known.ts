import { nearestName } from '../engine/nearest.ts'
import { ProblemError } from '../wire/problem.ts'

/** The names of all fields of a request; the types hold that none is missing. */
export type Names<Request> = { readonly [Name in keyof Request]-?: 1 }

/**
 * A request of a program, as it is. Throws `malformed-request` for a field that is none, as HTTP does: a filter with a slip
 * in its name, or written as it is on the wire, would otherwise list everything.
 */
export function known<Request extends object>(request: Request, names: Names<Request>): Request {
  const unknown = Object.keys(request).find((name) => !Object.hasOwn(names, name))
  if (unknown === undefined) return request
  const all = Object.keys(names)
  const camel = unknown.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
  const nearest = nearestName(unknown, all) ?? nearestName(camel, all)
  const meant = nearest === null ? '' : `; did you mean ${nearest}?`
  throw new ProblemError(
    'malformed-request',
    `there is no filter ${unknown.slice(0, 60)}${meant}; this takes ${all.join(', ')}`,
  )
}
