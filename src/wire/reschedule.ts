import { type Static, Type } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { parseMoment } from './moment.ts'
import { ProblemError, validationProblem } from './problem.ts'
import { fieldErrors } from './validationError.ts'

/** What `PATCH /v1/jobs/{id}` takes. */
export const RescheduleInput = Type.Object(
  {
    run_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description: 'When it is to begin.' }),
  },
  { additionalProperties: false, examples: [{ run_at: '2027-01-04T08:00:00Z' }] },
)
export type RescheduleInput = Static<typeof RescheduleInput>

const validator = validatorOf(RescheduleInput)

/**
 * The moment that is asked for, in milliseconds since 1970; null: at once. Throws a `ProblemError` `invalid-definition`
 * with a pointer to each validation error.
 */
export function parseReschedule(input: unknown): number | null {
  if (!validator.Check(input)) {
    const errors = fieldErrors(validator, input)
    throw validationProblem('invalid-definition', errors, 'the body has no run_at')
  }
  if (input.run_at === null) return null
  const at = parseMoment(input.run_at)
  if (at !== null) return at
  const error = { pointer: '/run_at', detail: 'must be a moment as in RFC 3339' }
  throw new ProblemError('invalid-definition', `${error.pointer} ${error.detail}`, { errors: [error] })
}
