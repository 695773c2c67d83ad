import { firingId } from '../../schedules/firingId.ts'
import { firingsBetween } from '../../schedules/firings.ts'
import { timingOf } from '../../schedules/timing.ts'
import type { JobWire } from '../../wire/job.ts'
import { momentOf } from '../../engine/values/moment.ts'
import { isObject } from '../../engine/values/json.ts'
import { ProblemError } from '../../wire/problem.ts'
import { invalidSchedule, readSchedule, type ScheduleInput } from '../../wire/schedule.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { type SubmitDeps, submitJob, type SubmitRequest } from '../jobs/submit.ts'
import { findSchedule } from './find.ts'

/** A job that was made, or was there already. */
export type Backfill = {
  readonly jobs: readonly string[]
  readonly existing: readonly string[]
  readonly count: number
}

/** So many firings are made in one request. */
const MOST_BACKFILLED = 1000

/** So many are on their way at once. */
const AT_ONCE = 32

/** Makes a job of a schedule now, whenever it is due. Throws `not-found`, and what submitting a job throws. */
export async function triggerSchedule(deps: SubmitDeps, caller: Caller, name: string): Promise<JobWire> {
  requireScope(caller, 'schedules:write')
  const { content } = await findSchedule(deps.database, caller.tenant, name)
  const { job } = JSON.parse(content) as ScheduleInput
  return (await submitJob(deps, caller, made(job, name, null))).job
}

/**
 * Makes the firings of a span, `from` inclusive and `to` exclusive: those that are there already are told apart. With
 * `dry_run` only their number is told. Throws `invalid-schedule` with pointers, also where there are more than 1,000.
 */
export async function backfillSchedule(
  deps: SubmitDeps & Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { name, given }: { readonly name: string; readonly given: unknown },
): Promise<Backfill> {
  requireScope(caller, 'schedules:write')
  const stored = await findSchedule(deps.database, caller.tenant, name)
  const { from, to, dryRun } = readSpan(given)
  const content = readSchedule(JSON.parse(stored.content) as ScheduleInput)
  const { due, more } = firingsBetween(timingOf(content, stored.written_at), from, to, MOST_BACKFILLED)
  if (more) throw invalidSchedule([{ pointer: '/to', detail: `the span has more than ${MOST_BACKFILLED} firings` }])
  if (dryRun) return { jobs: [], existing: [], count: due.length }
  const jobs: string[] = []
  const existing: string[] = []
  for (let i = 0; i < due.length; i += AT_ONCE) {
    await Promise.all(
      due.slice(i, i + AT_ONCE).map(async (moment) => {
        const id = firingId(caller.tenant, name, moment)
        const isNew = await make(deps, caller, { id, name, moment, job: content.job })
        ;(isNew ? jobs : existing).push(id)
      }),
    )
  }
  return { jobs, existing, count: due.length }
}

type Firing = { readonly id: string; readonly name: string; readonly moment: number; readonly job: object }

async function make(deps: SubmitDeps, caller: Caller, { id, name, moment, job }: Firing): Promise<boolean> {
  try {
    await submitJob(deps, caller, made({ ...job, id }, name, moment))
    return true
  } catch (error) {
    if (error instanceof ProblemError && error.slug === 'job-exists') return false
    throw error
  }
}

function made(definition: object, schedule: string, scheduledFor: number | null): SubmitRequest {
  return { definition, text: null, idempotencyKey: null, wait: null, madeBy: { schedule, scheduledFor } }
}

function readSpan(given: unknown): { from: number; to: number; dryRun: boolean } {
  if (!isObject(given)) throw invalidSchedule([{ pointer: '', detail: 'must be an object of `from` and `to`' }])
  const [from, to] = [momentOf(given['from']), momentOf(given['to'])]
  const misfits = Object.entries({ from, to }).filter(([, moment]) => moment === null)
  if (from === null || to === null) {
    throw invalidSchedule(
      misfits.map(([name]) => ({ pointer: `/${name}`, detail: 'must be a moment as RFC 3339 writes it' })),
    )
  }
  return { from, to, dryRun: given['dry_run'] === true }
}
