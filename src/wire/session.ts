import { type Static, Type } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { validationProblem } from './problem.ts'
import { fieldErrors } from './validationError.ts'

/** With which key somebody signs in. */
export const SessionInput = Type.Object(
  {
    key: Type.String({ minLength: 1, maxLength: 200, description: 'The whole key.', examples: ['cdt_2Qm9fK7sVbHe_…'] }),
  },
  {
    $id: 'SessionInput',
    additionalProperties: false,
    description: 'The key to sign in with.',
    examples: [{ key: 'cdt_2Qm9fK7sVbHe_…' }],
  },
)
export type SessionInput = Static<typeof SessionInput>

const validator = validatorOf(SessionInput)

/** Checks who signs in. Throws a `ProblemError` `invalid-key` with a pointer to each validation error. */
export function parseSessionInput(input: unknown): SessionInput {
  if (validator.Check(input)) return input
  const errors = fieldErrors(validator, input)
  throw validationProblem('invalid-key', errors, 'the body names no key')
}

/** Who asks, as the service sees it. */
export const Me = Type.Object(
  {
    tenant: Type.String({ description: 'Whose jobs the caller sees.' }),
    scopes: Type.Array(Type.String(), { description: 'What the caller may do; more may come.' }),
    tags: Type.Array(Type.String(), { description: 'The tags that its jobs may carry; in an open service any.' }),
    key: Type.Union([Type.String(), Type.Null()], { description: "The key's id; null: the service has no keys." }),
    open: Type.Boolean({ description: 'Whether the service has no keys, and is open to all who reach it.' }),
    version: Type.String({ description: 'Of Conduit.', examples: ['0.1.0'] }),
    node: Type.String({ description: 'Of Node.', examples: ['24.21.0'] }),
    postgres: Type.String({ description: 'Of the database server.', examples: ['18.4'] }),
    time: Type.String({ format: 'date-time', description: 'By the clock of the database.' }),
  },
  { $id: 'Me', description: 'Who asks, and whom.' },
)
export type MeWire = Static<typeof Me>
