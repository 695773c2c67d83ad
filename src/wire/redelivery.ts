import { type Static, Type } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { parseMoment } from './moment.ts'
import { validationProblem } from './problem.ts'
import { fieldErrors } from './validationError.ts'

/** Which messages are to be sent again. */
export const RedeliveryInput = Type.Object(
  {
    since: Type.String({ description: 'Those that were made at this moment or later (RFC 3339).' }),
    state: Type.Literal('failed', { description: 'Only those that failed for good.' }),
  },
  {
    $id: 'RedeliveryInput',
    additionalProperties: false,
    description: 'Which messages of a webhook are to be sent again.',
    examples: [{ since: '2026-11-24T00:00:00Z', state: 'failed' }],
  },
)
export type RedeliveryInput = Static<typeof RedeliveryInput>

const validator = validatorOf(RedeliveryInput)

/** Checks it, and gives its moment. Throws `invalid-webhook` with a pointer to what does not fit. */
export function parseRedelivery(input: unknown): number {
  const since = validator.Check(input) ? parseMoment(input.since) : null
  if (since !== null) return Math.max(since, 0)
  const errors = validator.Check(input)
    ? [{ pointer: '/since', detail: 'must be a moment as in RFC 3339' }]
    : fieldErrors(validator, input)
  throw validationProblem('invalid-webhook', errors, 'the body says not what to send again')
}
