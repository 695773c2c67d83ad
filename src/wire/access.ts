import { type Static, Type } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { DEFINITION_PATTERN, ONE_LINE, TENANT_NAME } from './patterns.ts'
import { fieldErrors } from './validationError.ts'
import { parseMoment } from './moment.ts'
import { type FieldError, type ProblemError, validationProblem } from './problem.ts'

/** What a key may be allowed to do. `admin` brings none of the others with it. */
export const SCOPES = [
  'jobs:read',
  'jobs:write',
  'definitions:read',
  'definitions:write',
  'schedules:read',
  'schedules:write',
  'questions:read',
  'questions:answer',
  'secrets:read',
  'secrets:write',
  'webhooks',
  'blocks:read',
  'metrics',
  'admin',
] as const

/** What a key may do: one of `SCOPES`. */
export type Scope = (typeof SCOPES)[number]

/** Whose everything is in a service without keys; its admins are the operator. */
export const DEFAULT_TENANT = 'default'

/** The name of a tenant. */
export const TenantName = Type.String({
  pattern: TENANT_NAME,
  description: 'The name of a tenant.',
  examples: ['acme'],
})

const Scopes = Type.Array(Type.Unsafe<Scope>(Type.String({ enum: [...SCOPES] })), {
  minItems: 1,
  maxItems: 20,
  description: 'What it may do.',
})

const Name = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: ONE_LINE,
  description: 'What it is for, for people.',
  examples: ['ci'],
})

const ExpiresAt = Type.Union([Type.String({ format: 'date-time', maxLength: 40 }), Type.Null()], {
  description: 'From then on it opens nothing (RFC 3339); null: never.',
})

const Definitions = Type.Union(
  [Type.Array(Type.String({ pattern: DEFINITION_PATTERN }), { minItems: 1, maxItems: 100 }), Type.Null()],
  {
    description:
      'It submits only jobs of these definitions (patterns with `*` and `?`), no steps of its own; null: any.',
  },
)

/** A key as an admin asks for it. */
export const KeyInput = Type.Object(
  {
    name: Name,
    scopes: Scopes,
    tags: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 64,
        description: 'The tags that its jobs may carry. Default: none.',
      }),
    ),
    tenant: Type.Optional({ ...TenantName, description: "Whose it is. Default: the asking key's own tenant." }),
    expires_at: Type.Optional(ExpiresAt),
    definitions: Type.Optional(Definitions),
  },
  {
    $id: 'KeyInput',
    additionalProperties: false,
    description: 'A key to be made.',
    examples: [{ name: 'ci', scopes: ['jobs:write', 'jobs:read'] }],
  },
)
export type KeyInput = Static<typeof KeyInput>

/** What can be changed of a key. */
export const KeyChange = Type.Object(
  { name: Type.Optional(Name), expires_at: Type.Optional(ExpiresAt) },
  {
    $id: 'KeyChange',
    additionalProperties: false,
    description: 'What is left out stays as it is.',
    examples: [{ name: 'nightly', expires_at: null }],
  },
)
export type KeyChange = Static<typeof KeyChange>

const OVERLAP_SECONDS = 3600

/** How a key gets another secret. */
export const KeyRotation = Type.Object(
  {
    overlap_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 604800,
        default: OVERLAP_SECONDS,
        description: 'For how long the old secret holds beside the new one.',
      }),
    ),
  },
  {
    $id: 'KeyRotation',
    additionalProperties: false,
    description: 'How long the old secret still holds.',
    examples: [{ overlap_seconds: 600 }],
  },
)
export type KeyRotation = Static<typeof KeyRotation>

const moment = (description: string) => Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

const shown = {
  id: Type.String({ description: 'The part of its text that stands in clear: `cdt_ID_SECRET`.' }),
  name: Type.String(),
  tenant: Type.String({ description: 'Everything that it makes and sees belongs to this tenant.' }),
  scopes: Type.Array(Type.String(), { description: 'What it may do; more may come.', examples: [[...SCOPES]] }),
  tags: Type.Array(Type.String(), { description: 'The tags that its jobs may carry.' }),
  definitions: Type.Union([Type.Array(Type.String()), Type.Null()], {
    description: 'The definitions that it may submit, as patterns; null: any steps.',
  }),
  expires_at: moment('From then on it opens nothing; null: never.'),
  created_at: Type.String({ format: 'date-time' }),
  last_used_at: moment('As far as it is known, some seconds late; null: never.'),
  revoked_at: moment('Since when it opens nothing any more; null: it is good.'),
}

/** A key as it is shown: without its secret. */
export const Key = Type.Object(shown, { $id: 'Key', description: 'A key, without its secret.' })
export type KeyWire = Static<typeof Key>

/** A key just made. */
export const NewKey = Type.Object(
  {
    ...shown,
    secret: Type.String({
      description: 'The whole key, for `Authorization: Bearer …`. It is shown only here.',
      examples: ['cdt_2Qm9fK7sVbHe_…'],
    }),
  },
  { $id: 'NewKey', description: 'A key just made, with its secret.' },
)
export type NewKeyWire = Static<typeof NewKey>

const keyValidator = validatorOf(KeyInput)

/** Checks what an admin asks for. Throws a `ProblemError` `invalid-key` with a pointer to each validation error. */
export function parseKeyInput(input: unknown): KeyInput {
  if (!keyValidator.Check(input)) throw invalid(fieldErrors(keyValidator, input))
  const odd = [input.name, ...(input.tags ?? [])].some((text) => text.includes('\0') || !text.isWellFormed())
  if (odd) throw invalid([{ pointer: '', detail: 'must not hold NUL or a lone surrogate' }])
  return input
}

const changeValidator = validatorOf(KeyChange)

/** Checks a change. Throws as `parseKeyInput`. */
export function parseKeyChange(input: unknown): KeyChange {
  if (changeValidator.Check(input)) return input
  throw invalid(fieldErrors(changeValidator, input))
}

const rotationValidator = validatorOf(KeyRotation)

/** The seconds for which the old secret is to hold; no body asks for an hour. Throws as `parseKeyInput`. */
export function overlapAsked(body: unknown): number {
  const input = body ?? {}
  if (rotationValidator.Check(input)) return input.overlap_seconds ?? OVERLAP_SECONDS
  throw invalid(fieldErrors(rotationValidator, input))
}

/** When a key is to end, in milliseconds; undefined stays as it is. Throws as `parseKeyInput`. */
export function expiryAsked(text: string | null | undefined, now: number): number | null | undefined {
  if (text == null) return text
  const moment = parseMoment(text)
  const detail = moment === null ? 'must be a moment as in RFC 3339' : 'must lie in the future; revoke a key to end it'
  if (moment === null || moment <= now) throw invalid([{ pointer: '/expires_at', detail }])
  return moment
}

function invalid(errors: readonly FieldError[]): ProblemError {
  return validationProblem('invalid-key', errors, 'the body is no key')
}
