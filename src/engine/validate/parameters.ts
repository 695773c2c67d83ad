import { nearestName } from '../nearest.ts'
import type { RegisteredBlock } from '../registeredBlock.ts'
import { pointerPart } from '../values/pointer.ts'
import { hasTags, schemaErrors } from '../schemas/fits.ts'
import { type DefinitionProblem, problem } from './problem.ts'
import type { Schema } from '../schemas/blockSchema.ts'
import type { FlowAction } from '../run/flowAction.ts'
import { compileValue } from '../tags/template.ts'
import { getOwn, type JsonObject } from '../values/json.ts'

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
        return schemaErrors(parameters[name], property, below).map(({ pointer: at, expected, actual, measure }) =>
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

/**
 * What of a FLOW action's parameters can't be, though each fits its schema: a duration that is none, two of which one alone
 * may stand. Judged where all of them are literals.
 */
export function togetherProblems(
  parameters: JsonObject,
  block: RegisteredBlock,
  flow: FlowAction,
  pointer: string,
): DefinitionProblem[] {
  if (flow.check === undefined || compileValue(parameters).kind !== 'literal') return []
  const given = { ...defaultsOf(block), ...parameters }
  // What acceptance refuses is told where it stands.
  if ((flow.mistakes?.(given) ?? []).length > 0) return []
  const wrong = flow.check(given)
  if (wrong === null) return []
  const [only, ...others] = Object.keys(parameters)
  if (only === undefined) return [problem('parameter-missing', pointer, wrong)]
  return [problem('parameter-type', others.length === 0 ? pointer + pointerPart(only) : pointer, wrong)]
}

function defaultsOf(block: RegisteredBlock): JsonObject {
  return Object.fromEntries(block.defaults)
}
