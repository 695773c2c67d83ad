import { checkExpression, CronError } from '../../schedules/cron.ts'
import { firingsAfter } from '../../schedules/firings.ts'
import { timingOf } from '../../schedules/timing.ts'
import { isTimezone } from '../../schedules/timezone.ts'
import { findSchedule } from '../../store/schedules/read.ts'
import { putSchedule } from '../../store/schedules/write.ts'
import { type FieldError, ProblemError } from '../../wire/problem.ts'
import {
  invalidSchedule,
  parseSchedule,
  type ScheduleContent,
  type ScheduleInput,
  type ScheduleWire,
} from '../../wire/schedule.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { namesDefinition } from '../definitions/instantiate.ts'
import { type PreparedJob, prepareJob } from '../jobs/prepare.ts'
import { judgePosted } from '../jobs/validate.ts'
import { checkScheduleName, scheduleToWire } from './find.ts'
import { partJob } from './sealed.ts'

/** What a tenant may have of which nothing is said. */
const MAX_SCHEDULES = 10_000

/** A schedule to be written: its name and parsed JSON. */
export type PutScheduleRequest = {
  readonly name: string
  readonly content: unknown
  /** One that is there stays as it is. */
  readonly onlyNew?: boolean
}

/** The schedule as it is now, and whether it is new. */
export type PutSchedule = { readonly created: boolean; readonly schedule: ScheduleWire }

/**
 * Writes a schedule, which runs under the rights of its caller's key. One that was there begins anew, unless the same
 * key wrote the same: whoever writes an interval again and again does not put its firing off. Throws
 * `invalid-schedule` with pointers, `precondition-failed` where only a new one is wanted, `secrets-closed` for secret local values without a key that seals, and
 * `too-many-requests` at the tenant's bound.
 */
export async function putNamedSchedule(
  deps: Pick<ServiceDeps, 'database' | 'versions' | 'registry' | 'rules' | 'secrets' | 'shelf' | 'now'>,
  caller: Caller,
  { name, content: given, onlyNew = false }: PutScheduleRequest,
): Promise<PutSchedule> {
  requireScope(caller, 'schedules:write')
  checkScheduleName(name)
  const content = parseSchedule(given)
  checkCalendar(content, deps.now())
  const { inputs, secrets } = await checkJob(deps, caller, content)
  if (secrets !== null) await checkSecrets(deps, caller, content)
  const { shown, sealed } = partJob(content.job, inputs, { tenant: caller.tenant, name }, deps.secrets)
  const writtenAt = Math.floor(deps.now())
  const [next = null] = content.enabled ? firingsAfter(timingOf(content, writtenAt), writtenAt, 1) : []
  const bound = Math.min(caller.limits.schedules ?? MAX_SCHEDULES, MAX_SCHEDULES)
  const stored = await putSchedule(deps.database, {
    tenant: caller.tenant,
    name,
    content: JSON.stringify({ ...(given as ScheduleInput), job: shown }),
    sealed,
    createdBy: caller.key,
    enabled: content.enabled,
    writtenAt,
    nextRunAt: next,
    actor: actorOf(caller),
    bound,
    onlyNew,
  })
  if (stored === null) {
    if (onlyNew && (await findSchedule(deps.database, caller.tenant, name)) !== null) {
      throw new ProblemError('precondition-failed', 'there is a schedule of this name')
    }
    throw new ProblemError('too-many-requests', `the tenant may have ${bound} schedules`, { retryAfter: 60 })
  }
  return { created: stored.created, schedule: scheduleToWire(stored) }
}

/** What only the calendar knows. Whether an expression ever fires is asked here, once, since that is slow. */
function checkCalendar({ when, timezone }: ScheduleContent, now: number): void {
  if (!isTimezone(timezone))
    throw invalidSchedule([{ pointer: '/timezone', detail: 'is no time zone of the IANA database' }])
  if (when.kind === 'every') return
  try {
    checkExpression(when.expression, timezone, now)
  } catch (error) {
    if (!(error instanceof CronError)) throw error
    throw invalidSchedule([{ pointer: '/cron', detail: error.message }])
  }
}

/** The job is held against the same rules as one that is posted now; what does not fit is told below `/job`. */
async function checkJob(
  deps: Pick<ServiceDeps, 'versions' | 'rules' | 'shelf'>,
  caller: Caller,
  { job }: ScheduleContent,
): Promise<PreparedJob> {
  try {
    return await prepareJob(deps, caller, job, null)
  } catch (error) {
    if (!(error instanceof ProblemError) || error.slug !== 'invalid-definition') throw error
    const below = error.errors.map(({ pointer, detail }): FieldError => ({ pointer: `/job${pointer}`, detail }))
    throw invalidSchedule(below)
  }
}

/** A secret that the job may not use fails each of its firings: that is told when it is written, not at the first. */
async function checkSecrets(
  deps: Pick<ServiceDeps, 'versions' | 'registry' | 'rules' | 'shelf'>,
  caller: Caller,
  { job }: ScheduleContent,
): Promise<void> {
  const { problems } = await judgePosted(deps, caller, job)
  const forbidden = problems.filter(({ code }) => code === 'forbidden-secret')
  if (forbidden.length === 0) return
  throw invalidSchedule(
    forbidden.map(({ pointer, detail }) => ({
      pointer: namesDefinition(job) ? '/job/definition' : `/job${pointer}`,
      detail,
    })),
  )
}
