import { type Static, Type } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import type { JsonObject } from '../engine/values/json.ts'
import { JobInput } from './definition.ts'
import { type FieldError, type ProblemError, validationProblem } from './problem.ts'
import { fieldErrors } from './validationError.ts'
import { AnyObject } from './json.ts'

const MAX_INT = 2147483647

/** What `POST /v1/jobs/{id}/rerun` takes. */
export const RerunInput = Type.Object(
  {
    from: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 1024 }), Type.Null()], {
        description: 'The path of a step, or `failed` for the one that failed. Left out: the whole.',
      }),
    ),
    local_values: Type.Optional(AnyObject({ description: 'Over those of the job, key by key.' })),
    variables: Type.Optional(AnyObject({ description: 'Over those of then, key by key.' })),
    steps: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object(
          { parameters: AnyObject() },
          { additionalProperties: false, description: 'What takes the place of a step’s `parameters`.' },
        ),
        { description: 'By paths of steps, with or without the numbers of rounds.' },
      ),
    ),
    version: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: MAX_INT }), Type.Null()], {
        description: 'Another version of the definition; only for a job by name.',
      }),
    ),
    id: JobInput.properties.id,
  },
  { $id: 'RerunInput', additionalProperties: false, examples: [{ local_values: { name: 'Ada' } }] },
)
export type RerunInput = Static<typeof RerunInput>

const validator = validatorOf(RerunInput)

/** What a job's text is changed by, before it runs again. */
export type RerunChanges = {
  /** Parameters, by paths of steps. */
  readonly steps: Readonly<Record<string, JsonObject>>
  /** Over those that the definition begins with. */
  readonly variables: JsonObject
}

/** Throws a `ProblemError` `invalid-definition` with a pointer to each validation error. */
export function parseRerun(input: unknown): RerunInput {
  const given = input ?? {}
  if (validator.Check(given)) return given
  throw invalidRerun(fieldErrors(validator, given))
}

/** What is wrong with what a job is to be run again with. */
export function invalidRerun(errors: readonly FieldError[]): ProblemError {
  return validationProblem('invalid-definition', errors)
}
