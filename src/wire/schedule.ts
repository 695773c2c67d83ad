import { type Static, Type } from 'typebox'
import { validatorOf } from '../engine/schemas/validator.ts'
import { durationOf } from '../engine/values/duration.ts'
import type { JsonObject } from '../engine/values/json.ts'
import { momentOf } from '../engine/values/moment.ts'
import { type FieldError, ProblemError } from './problem.ts'
import { fieldErrors } from './validationError.ts'
import { AnyObject } from './json.ts'
import { storedJson } from '../engine/values/storedJson.ts'

/** What a schedule may be named. */
export const SCHEDULE_NAME = '^[a-z][a-z0-9-]{0,62}$'

/** An interval shorter than this is refused, as an expression that fires more often is. */
export const LEAST_EVERY_MS = 10_000

const NO_MOMENT = 'must be a moment as RFC 3339 writes it'

const Moment = (description: string) =>
  Type.Optional(Type.Union([Type.String({ maxLength: 64 }), Type.Null()], { description }))

/** A schedule as it is written. */
export const ScheduleInput = Type.Object(
  {
    cron: Type.Optional(
      Type.String({ maxLength: 200, description: '5 fields, or 6 with seconds first.', examples: ['0 3 * * 1-5'] }),
    ),
    every: Type.Optional(
      Type.Union([Type.String({ maxLength: 100 }), Type.Number()], {
        description: 'An interval of 10 seconds or more, in place of `cron`.',
        examples: ['15m'],
      }),
    ),
    timezone: Type.Optional(Type.String({ maxLength: 100, default: 'UTC', examples: ['Europe/Paris'] })),
    overlap: Type.Optional(
      Type.Union([Type.Literal('skip'), Type.Literal('allow'), Type.Literal('queue'), Type.Literal('cancel_running')], {
        default: 'skip',
        description:
          'What a firing does while a job of the schedule is not over. `queue`: its job is `scheduled` until those before it are over; at most 100 wait so, further ones are skipped.',
      }),
    ),
    catch_up: Type.Optional(
      Type.Union([Type.Literal('latest'), Type.Literal('none'), Type.Literal('all')], {
        default: 'latest',
        description: 'What becomes of firings that no replica made within 5 s: `all` makes up for the last 100.',
      }),
    ),
    enabled: Type.Optional(Type.Boolean({ default: true })),
    start_at: Moment('Nothing fires before it; an interval counts from it.'),
    end_at: Moment('Nothing fires after it.'),
    job: AnyObject({
      description: 'What `POST /v1/jobs` takes, but for `id`, `run_at` and `delay`.',
    }),
  },
  {
    $id: 'ScheduleInput',
    additionalProperties: false,
    description: 'What makes jobs again and again.',
    examples: [{ cron: '0 3 * * 1-5', timezone: 'Europe/Paris', job: { steps: [{ action: 'LOGIC.TRUE' }] } }],
  },
)
export type ScheduleInput = Static<typeof ScheduleInput>

const validator = validatorOf(ScheduleInput)

/** A schedule with its defaults, as the service reads it. Moments are milliseconds since 1970. */
export type ScheduleContent = {
  readonly when:
    | { readonly kind: 'cron'; readonly expression: string; readonly timezone: string }
    | { readonly kind: 'every'; readonly milliseconds: number }
  readonly timezone: string
  readonly overlap: 'skip' | 'allow' | 'queue' | 'cancel_running'
  readonly catchUp: 'latest' | 'none' | 'all'
  readonly enabled: boolean
  readonly startAt: number | null
  readonly endAt: number | null
  readonly job: JsonObject
}

/**
 * Checks a schedule as it was written, but for what only the calendar knows (cron, time zone) and what its job is. Throws
 * `invalid-schedule` with pointers.
 */
export function parseSchedule(given: unknown): ScheduleContent {
  if (!validator.Check(given)) throw invalidSchedule(fieldErrors(validator, given))
  const errors = [...checkWhen(given), ...checkMoments(given), ...checkJob(given)]
  if (errors.length > 0) throw invalidSchedule(errors)
  return readSchedule(given)
}

/** A schedule that was checked before, with its defaults filled in. */
export function readSchedule(given: ScheduleInput): ScheduleContent {
  const { cron, every, timezone = 'UTC', overlap = 'skip', catch_up: catchUp = 'latest', enabled = true } = given
  return {
    when:
      cron === undefined
        ? { kind: 'every', milliseconds: durationOf(every) ?? LEAST_EVERY_MS }
        : { kind: 'cron', expression: cron, timezone },
    timezone,
    overlap,
    catchUp,
    enabled,
    startAt: momentOf(given.start_at ?? null),
    endAt: momentOf(given.end_at ?? null),
    job: given.job,
  }
}

function checkWhen({ cron, every }: ScheduleInput): FieldError[] {
  if (cron === undefined && every === undefined) return [{ pointer: '/cron', detail: 'is required, or `every`' }]
  if (cron !== undefined && every !== undefined)
    return [{ pointer: '/every', detail: 'is for a schedule without `cron`' }]
  if (every === undefined || (durationOf(every) ?? 0) >= LEAST_EVERY_MS) return []
  return [{ pointer: '/every', detail: 'must be a duration of 10 seconds or more, such as "15m"' }]
}

function checkMoments({ start_at: start, end_at: end }: ScheduleInput): FieldError[] {
  const invalid = Object.entries({ start_at: start, end_at: end }).filter(
    ([, value]) => typeof value === 'string' && momentOf(value) === null,
  )
  if (invalid.length > 0) return invalid.map(([name]) => ({ pointer: `/${name}`, detail: NO_MOMENT }))
  const [from, to] = [momentOf(start ?? null), momentOf(end ?? null)]
  if (from === null || to === null || from <= to) return []
  return [{ pointer: '/end_at', detail: 'must not lie before start_at: nothing would ever fire' }]
}

/** Each firing has an id and a moment of its own. */
const NOT_SCHEDULED = ['id', 'run_at', 'delay']

function checkJob({ job }: ScheduleInput): FieldError[] {
  return NOT_SCHEDULED.filter((name) => Object.hasOwn(job, name)).map((name) => ({
    pointer: `/job/${name}`,
    detail: 'is made by each firing',
  }))
}

/** What of a schedule changes while all else stays. */
export const ScheduleChange = Type.Object(
  { enabled: Type.Boolean({ description: 'Whether it fires; false: it is paused.' }) },
  { $id: 'ScheduleChange', additionalProperties: false, examples: [{ enabled: false }] },
)
export type ScheduleChange = Static<typeof ScheduleChange>
const changeValidator = validatorOf(ScheduleChange)

/** Throws `invalid-schedule` with pointers. */
export function parseScheduleChange(given: unknown): ScheduleChange {
  if (!changeValidator.Check(given)) throw invalidSchedule(fieldErrors(changeValidator, given))
  return given
}

/** A span whose firings are to be made. */
export const BackfillInput = Type.Object(
  {
    from: Type.String({ description: 'The first moment.', examples: ['2026-01-04T00:00:00Z'] }),
    to: Type.String({ description: 'Behind the last, and not in the future.', examples: ['2026-01-05T00:00:00Z'] }),
    dry_run: Type.Optional(Type.Boolean({ default: false, description: 'Only tells how many there are.' })),
  },
  { additionalProperties: false, examples: [{ from: '2026-01-04T00:00:00Z', to: '2026-01-05T00:00:00Z' }] },
)
const spanValidator = validatorOf(BackfillInput)

/** Throws `invalid-schedule` with pointers. Moments are milliseconds since 1970. */
export function parseBackfill(given: unknown): { from: number; to: number; dryRun: boolean } {
  if (!spanValidator.Check(given)) throw invalidSchedule(fieldErrors(spanValidator, given))
  const [from, to] = [momentOf(given.from), momentOf(given.to)]
  if (from === null || to === null) {
    const invalid = Object.entries({ from, to }).filter(([, moment]) => moment === null)
    throw invalidSchedule(invalid.map(([name]) => ({ pointer: `/${name}`, detail: NO_MOMENT })))
  }
  if (from > to) throw invalidSchedule([{ pointer: '/to', detail: 'must not lie before from' }])
  return { from, to, dryRun: given.dry_run ?? false }
}

/** A schedule as it is stored: what was put. */
export const STORED_SCHEDULE = storedJson<ScheduleInput>()

/** What does not fit a schedule. */
export function invalidSchedule(errors: readonly FieldError[]): ProblemError {
  const [first] = errors
  return new ProblemError('invalid-schedule', `${first?.pointer || 'the body'} ${first?.detail}`, { errors })
}

const MomentOut = Type.Union([Type.String({ format: 'date-time' }), Type.Null()])

/** A schedule as it is read. */
export const Schedule = Type.Object(
  {
    name: Type.String(),
    cron: Type.Optional(Type.String()),
    every: Type.Optional(Type.Union([Type.String(), Type.Number()])),
    timezone: Type.String(),
    overlap: Type.String({ description: '`skip`, `allow`, `queue`, `cancel_running`; more may come.' }),
    catch_up: Type.String({ description: '`latest`, `none`, `all`; more may come.' }),
    enabled: Type.Boolean(),
    start_at: MomentOut,
    end_at: MomentOut,
    job: AnyObject(),
    created_at: Type.String({ format: 'date-time' }),
    created_by: Type.Union([Type.String(), Type.Null()], { description: 'The key under whose rights it runs.' }),
    next_run_at: MomentOut,
    upcoming: Type.Array(Type.String({ format: 'date-time' }), { description: 'The next five firings.' }),
    last_job_id: Type.Union([Type.String(), Type.Null()], {
      description: 'The job of its last firing; null: none yet. What a trigger or a backfill made is not one.',
    }),
    last_skipped_at: MomentOut,
    skipped_total: Type.Integer(),
    stopped_reason: Type.Union([Type.String(), Type.Null()], {
      description: 'Why it stopped by itself; null: it did not.',
    }),
    last_error: Type.Union([Type.String(), Type.Null()], {
      description: 'Why the firing that is due could not be made yet: it is tried again. Null: nothing is in its way.',
    }),
  },
  { $id: 'Schedule', description: 'What makes jobs again and again, and how it stands.' },
)
export type ScheduleWire = Static<typeof Schedule>
