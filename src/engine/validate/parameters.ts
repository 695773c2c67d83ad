import { nearestName } from '../nearest.ts'
import type { RegisteredBlock } from '../registeredBlock.ts'
import { pointerPart } from '../values/pointer.ts'
import { hasTags, misfits } from '../schemas/fits.ts'
import { type DefinitionProblem, problem } from './problem.ts'
import type { Schema } from '../schemas/blockSchema.ts'
import { getOwn } from '../values/json.ts'

/** So many parameters of one step are looked at: blocks have some ten, or take any. */
const MAX_GIVEN = 200

/** What of a step's parameters can't fit its block's schema, whatever its tags give. */
export function parameterProblems(
  parameters: Readonly<Record<string, unknown>>,
  block: RegisteredBlock,
  pointer: string,
): DefinitionProblem[] {
  const schema: Schema = block.parameters
  const properties = schema.properties ?? {}
  const known = Object.keys(properties)
  const given = Object.keys(parameters)
  const missing = given.some(hasTags) ? [] : (schema.required ?? []).filter((name) => !given.includes(name))
  return [
    ...missing.map((name) =>
      problem('parameter-missing', pointer, `${block.action} needs the parameter ${name}`, null),
    ),
    ...given.slice(0, MAX_GIVEN).flatMap((name) => {
      const below = pointer + pointerPart(name)
      const property = getOwn(properties, name)
      if (property !== undefined) {
        return misfits(parameters[name], property, below).map(({ pointer: at, expected, actual, measure }) =>
          problem('parameter-type', at, `the parameter ${name} must be ${expected}, and this is ${measure ?? actual}`),
        )
      }
      if (hasTags(name) || schema.patternProperties !== undefined || schema.additionalProperties !== false) return []
      // Of names that are equally near, one that is not there yet.
      const suggestion = nearestName(
        name,
        known.toSorted((a, b) => Number(given.includes(a)) - Number(given.includes(b))),
      )
      const hint = suggestion === null ? `; it has ${known.join(', ') || 'none'}` : `; did you mean ${suggestion}?`
      return [problem('parameter-unknown', below, `${block.action} has no parameter ${name}${hint}`, suggestion)]
    }),
  ]
}
