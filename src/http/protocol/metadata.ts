import { ProblemError } from '../../wire/problem.ts'

/** Filters named `metadata.KEY`. Throws `malformed-request` for one that is given twice. */
export function readMetadata(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const named = Object.entries(given).filter(([name]) => name.startsWith('metadata.'))
  const pairs = named.map(([name, value]) => {
    if (typeof value !== 'string') throw new ProblemError('malformed-request', `${name.slice(0, 60)} is given twice`)
    return [name.slice('metadata.'.length), value]
  })
  return Object.fromEntries(pairs)
}
