import { type Static, Type } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { fieldErrors } from './validationError.ts'
import { validationProblem } from './problem.ts'

const DEFAULT_SECONDS = 3600

/** How long a token may be good at most. */
export const MAX_TOKEN_SECONDS = 86400

/** How long a token is to be good. */
export const JobTokenInput = Type.Object(
  {
    expires_in: Type.Optional(
      Type.Integer({ minimum: 60, maximum: MAX_TOKEN_SECONDS, default: DEFAULT_SECONDS, description: 'In seconds.' }),
    ),
  },
  {
    $id: 'JobTokenInput',
    additionalProperties: false,
    description: 'How long a token is to be good.',
    examples: [{ expires_in: 600 }],
  },
)
export type JobTokenInput = Static<typeof JobTokenInput>

/** A token just made. */
export const JobToken = Type.Object(
  {
    token: Type.String({
      description: 'For `?token=` of the job, its steps and its events. Whoever has it may read them.',
      examples: ['cjt_eyJ0ZW5hbnQi….NQ7y…'],
    }),
    expires_at: Type.String({ format: 'date-time' }),
  },
  { $id: 'JobToken', description: 'Reads one job, its steps and events, and nothing else.' },
)
export type JobTokenWire = Static<typeof JobToken>

const validator = validatorOf(JobTokenInput)

/** The seconds asked for; no body asks for an hour. Throws a `ProblemError` `invalid-token-request`. */
export function secondsAsked(body: unknown): number {
  const input = body ?? {}
  if (validator.Check(input)) return input.expires_in ?? DEFAULT_SECONDS
  const errors = fieldErrors(validator, input)
  throw validationProblem('invalid-token-request', errors)
}
