import { type Static, Type } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { fieldErrors } from './validationError.ts'
import { validationProblem } from './problem.ts'

const MAX_INT = 2147483647

/** Messages on their way of a tenant of which nothing else is said. */
const MESSAGES_PENDING = 100_000

const bound = (description: string, minimum = 0, maximum = MAX_INT, format = 'int32') =>
  Type.Optional(Type.Union([Type.Integer({ minimum, maximum, format }), Type.Null()], { description }))

/** What a tenant may use at most. Left out or null: no bound, where nothing else is said. */
export const LimitsInput = Type.Object(
  {
    requests_per_second: bound('A token bucket of one second, shared by all replicas. Beyond it 429.', 1, 1_000_000),
    jobs_running: bound('Jobs that run at once, on all replicas together; others wait. 0 pauses the tenant.'),
    jobs_queued: bound('Jobs that wait. Beyond it 429.', 1),
    streams: bound('Event streams that are open at once. Beyond it 429.'),
    webhooks: bound('Webhooks. Beyond it 429.'),
    schedules: bound('Schedules. Beyond it 429.'),
    secrets: bound('Secrets. Beyond it 429.'),
    definitions: bound('Names of definitions, those of deleted ones included: their versions stay. Beyond it 429.'),
    definition_versions: bound('Versions of one definition. Beyond it 429.', 1),
    definition_tests: bound('Tests of one definition. Beyond it 422.'),
    stored_bytes: bound(
      'The JSON of all jobs: definitions, return values, variables, outputs. Beyond it 429 for new jobs.',
      0,
      Number.MAX_SAFE_INTEGER,
      'int64',
    ),
    messages_pending: bound(
      `Messages to webhooks and callbacks that are on their way. Beyond it 429 for new jobs that would make more. Left out or null: ${MESSAGES_PENDING}.`,
      1,
    ),
  },
  {
    $id: 'LimitsInput',
    additionalProperties: false,
    description: 'What a tenant may use at most.',
    examples: [{ requests_per_second: 100, jobs_running: 20 }],
  },
)

/** The bounds of one tenant, all of them told. */
export type Limits = {
  readonly [Name in Exclude<keyof Static<typeof LimitsInput>, 'messages_pending'>]-?: number | null
} & { readonly messages_pending: number }

/** The bounds of a tenant of which nothing is said. */
export const NO_LIMITS: Limits = {
  requests_per_second: null,
  jobs_running: null,
  jobs_queued: null,
  streams: null,
  webhooks: null,
  schedules: null,
  secrets: null,
  definitions: null,
  definition_versions: null,
  definition_tests: null,
  stored_bytes: null,
  messages_pending: MESSAGES_PENDING,
}

const told = (description: string, format = 'int32') =>
  Type.Union([Type.Integer({ format }), Type.Null()], { description })

/** The bounds as they are shown. */
export const LimitsWire = Type.Object(
  {
    tenant: Type.String(),
    requests_per_second: told('Null: no bound.'),
    jobs_running: told('Null: no bound.'),
    jobs_queued: told('Null: no bound.'),
    streams: told('Null: no bound.'),
    webhooks: told('Null: no bound.'),
    schedules: told('Null: no bound.'),
    secrets: told('Null: no bound.'),
    definitions: told('Null: no bound.'),
    definition_versions: told('Null: no bound.'),
    definition_tests: told('Null: no bound.'),
    stored_bytes: told('Null: no bound.', 'int64'),
    messages_pending: Type.Integer({ description: `By default ${MESSAGES_PENDING}.` }),
    used: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.Integer(), Type.Null()]), {
        description:
          'What is used of each now, by the same names; null: not counted. What is stored is counted where it has a bound.',
      }),
    ),
  },
  { $id: 'Limits', description: 'What a tenant may use at most.' },
)
export type LimitsWire = Limits & { readonly tenant: string; readonly used?: Readonly<Record<string, number | null>> }

const validator = validatorOf(LimitsInput)

/** Bounds as they were given, or nothing, with what holds where nothing is said. */
export function completeLimits(given: Static<typeof LimitsInput> | null): Limits {
  return { ...NO_LIMITS, ...given, messages_pending: given?.messages_pending ?? MESSAGES_PENDING }
}

/** Checks bounds. Throws a `ProblemError` `invalid-limits` with a pointer to each validation error. */
export function parseLimits(input: unknown): Limits {
  if (validator.Check(input)) return completeLimits(input)
  const errors = fieldErrors(validator, input)
  throw validationProblem('invalid-limits', errors, 'the body is no object of bounds')
}
