import { type Static, Type } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { LEAST_SECRET_CHARACTERS } from '../engine/secrets/names.ts'
import { readHostPattern } from '../outbound/hostPatterns.ts'
import { type FieldError, ProblemError } from './problem.ts'
import { fieldErrors } from './validationError.ts'

const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema, description: string) =>
  Type.Optional(Type.Union([schema, Type.Null()], { description }))

/** A secret as it is written. */
export const SecretInput = Type.Object(
  {
    value: Type.String({
      minLength: LEAST_SECRET_CHARACTERS,
      maxLength: 65536,
      description: 'Never given back. At least 8 characters, since a shorter one could not be masked.',
    }),
    tags: Nullable(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 64 }),
      'A job must carry all of these to use it.',
    ),
    hosts: Nullable(
      Type.Array(Type.String({ minLength: 1, maxLength: 260 }), { minItems: 1, maxItems: 64 }),
      'The only hosts that it is sent to: `api.example.com`, `*.example.com` for all names below. Null: any.',
    ),
    description: Nullable(Type.String({ maxLength: 1000 }), 'What it is for, for people.'),
  },
  {
    $id: 'SecretInput',
    additionalProperties: false,
    description: 'A secret to be kept.',
    examples: [{ value: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc', hosts: ['api.example.com'] }],
  },
)
export type SecretInput = Static<typeof SecretInput>

/** A secret as it is shown: without its value. */
export const Secret = Type.Object(
  {
    name: Type.String(),
    tags: Type.Array(Type.String(), { description: 'A job must carry all of these to use it.' }),
    hosts: Type.Union([Type.Array(Type.String()), Type.Null()], {
      description: 'The only hosts that it is sent to; null: any.',
    }),
    description: Type.Union([Type.String(), Type.Null()]),
    updated_at: Type.String({ format: 'date-time' }),
    last_used_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'Some seconds late; null: never.',
    }),
  },
  { $id: 'Secret', description: 'A secret, without its value.' },
)
export type SecretWire = Static<typeof Secret>

const validator = validatorOf(SecretInput)

/** Checks a secret. Throws `invalid-secret` with a pointer to each validation error; no value stands in it. */
export function parseSecret(given: unknown): SecretInput {
  if (!validator.Check(given)) throw invalidSecret(fieldErrors(validator, given))
  const odd = Object.entries({
    value: given.value,
    description: given.description ?? '',
    tags: (given.tags ?? []).join(),
  })
  const errors = odd
    .filter(([name, text]) => !text.isWellFormed() || (name !== 'value' && text.includes('\0')))
    .map(([name]): FieldError => ({ pointer: `/${name}`, detail: 'must not hold NUL or a lone surrogate' }))
  const hosts = (given.hosts ?? []).flatMap((host, i) => (readHostPattern(host) === null ? [i] : []))
  for (const i of hosts) errors.push({ pointer: `/hosts/${i}`, detail: 'must be a host, or `*.` and a name' })
  if (errors.length > 0) throw invalidSecret(errors)
  return given
}

/** The problem of a secret with validation errors. Only the first is said in its sentence; no value stands in it. */
export function invalidSecret(errors: readonly FieldError[]): ProblemError {
  const [first] = errors
  return new ProblemError('invalid-secret', `${first?.pointer || 'the body'} ${first?.detail}`, { errors })
}
