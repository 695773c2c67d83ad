import { nearestName } from '../engine/nearest.ts'
import { ProblemError } from '../wire/problem.ts'
import { CommandError, EXIT } from './commandError.ts'

/**
 * Reads what options gave. What does not fit is told by the option and what was written there: who types a command knows
 * no places in a body.
 *
 * @param body what is read
 * @param names of a list's items, where they are known: the one that was most likely meant is told
 */
export function fromOptions<Body extends object, Read>(
  body: Body,
  read: (body: Body) => Read,
  names: readonly string[] = [],
): Read {
  try {
    return read(body)
  } catch (error) {
    if (!(error instanceof ProblemError) || error.errors.length === 0) throw error
    const told = error.errors.map(({ pointer, detail }) => sentence(body, pointer, detail, names))
    throw new CommandError(told.join('; '), EXIT.usage)
  }
}

function sentence(body: object, pointer: string, detail: string, names: readonly string[]): string {
  const [, field = '', index] = pointer.split('/')
  const option = `--${field.replaceAll('_', '-')}`
  const value: unknown = Reflect.get(body, field)
  if (index === undefined) return `${option} ${String(value)}: ${detail}`
  const written = Array.isArray(value) ? String(value[Number(index)]) : String(value)
  const meant = nearestName(written, names)
  return `${option} ${written}: ${detail}${meant === null ? '' : `; did you mean ${meant}?`}`
}
