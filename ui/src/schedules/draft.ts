import type { ScheduleInput } from '@conduit-jobs/client'
import { localTime, momentOf } from '../parts/moments.ts'
import { parsed, Unreadable } from '../parts/parsed.ts'
import { texts } from '../texts.ts'
import type { Schedule } from './data.ts'

export type Overlap = NonNullable<ScheduleInput['overlap']>
export type CatchUp = NonNullable<ScheduleInput['catch_up']>

/** A schedule as its form holds it: texts, as they are typed. */
export type ScheduleDraft = {
  readonly name: string
  readonly kind: 'cron' | 'every'
  readonly cron: string
  readonly every: string
  readonly timezone: string
  readonly overlap: Overlap
  readonly catchUp: CatchUp
  readonly startAt: string
  readonly endAt: string
  readonly runs: 'definition' | 'steps'
  readonly definition: string
  /** JSON: what else jobs by this definition have. */
  readonly rest: string
  /** JSON: the job where it has steps of its own. */
  readonly steps: string
}

/** What a part of the form is given: the draft, how to change it, and what the service refused of what was sent. */
export type PartProps = {
  readonly draft: ScheduleDraft
  readonly onChange: (change: Partial<ScheduleDraft>) => void
  readonly error: unknown
}

const STEPS = { steps: [{ action: 'LOGIC.TRUE' }] }
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** What the form begins with: a schedule as it is, or (null) a new one, in the viewer's own time. */
export function draftOf(schedule: Schedule | null): ScheduleDraft {
  const { definition, ...rest } = schedule?.job ?? {}
  const isNamed = schedule === null || definition !== undefined
  return {
    name: schedule?.name ?? '',
    kind: schedule?.every == null ? 'cron' : 'every',
    cron: schedule?.cron ?? '',
    every: String(schedule?.every ?? ''),
    timezone: schedule?.timezone ?? ZONE,
    overlap: (schedule?.overlap ?? 'skip') as Overlap,
    catchUp: (schedule?.catch_up ?? 'latest') as CatchUp,
    startAt: localTime(schedule?.start_at ?? null),
    endAt: localTime(schedule?.end_at ?? null),
    runs: isNamed ? 'definition' : 'steps',
    definition: definition ?? '',
    rest: JSON.stringify(isNamed ? rest : {}, null, 2),
    steps: JSON.stringify(isNamed ? STEPS : rest, null, 2),
  }
}

/**
 * What is put. What the form shows shorter than it is (a moment's seconds, a number) stays as it was unless it was
 * changed. Throws `Unreadable` where a field is no JSON.
 */
export function inputOf(draft: ScheduleDraft, before: Schedule | null): ScheduleInput {
  const { kind, cron, every, timezone, overlap, catchUp, startAt, endAt } = draft
  return {
    ...(kind === 'cron' ? { cron } : { every: every === String(before?.every) ? (before?.every ?? every) : every }),
    timezone,
    overlap,
    catch_up: catchUp,
    enabled: before?.enabled ?? true,
    start_at: momentAt(startAt, before?.start_at ?? null),
    end_at: momentAt(endAt, before?.end_at ?? null),
    job: jobOf(draft),
  }
}

function jobOf({ runs, definition, rest, steps }: ScheduleDraft): Record<string, unknown> {
  const job = runs === 'steps' ? parsed(steps, texts.schedules.job) : parsed(rest, texts.schedules.rest)
  if (!isObject(job))
    throw new Unreadable(runs === 'steps' ? texts.schedules.job : texts.schedules.rest, texts.notObject)
  return runs === 'steps' ? job : { ...job, definition }
}

function momentAt(field: string, before: string | null): string | null {
  return field === localTime(before) ? before : momentOf(field)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** The local values in a job's JSON; undefined where it can't be read. */
export function localsIn(rest: string): Readonly<Record<string, unknown>> | undefined {
  const job = readable(rest)
  if (job === undefined) return undefined
  const { local_values: values } = job
  return isObject(values) ? values : {}
}

/** A job's JSON with other local values; undefined: with none. */
export function withLocals(rest: string, values: unknown): string {
  return JSON.stringify({ ...readable(rest), local_values: values }, null, 2)
}

function readable(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const job = parsed(text, texts.schedules.rest)
    return isObject(job) ? job : undefined
  } catch {
    // Said when it is sent; until then it is being typed.
    return undefined
  }
}
