import { createHash } from 'node:crypto'
import { firingId } from '../../schedules/firingId.ts'
import { firingsBetween } from '../../schedules/firings.ts'
import { timingOf } from '../../schedules/timing.ts'
import { keepAnswer, takeRequestKey } from '../../store/access/requestKeys.ts'
import type { JobWire } from '../../wire/job.ts'
import type { JsonObject } from '../../engine/values/json.ts'
import type { StoredSchedule } from '../../store/schedules/read.ts'
import { ProblemError } from '../../wire/problem.ts'
import { invalidSchedule, parseBackfill } from '../../wire/schedule.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { type SubmitDeps, submitJob, type SubmitRequest } from '../jobs/submit.ts'
import type { WaitRequest } from '../jobs/wait.ts'
import { answeredBefore, claimOf, type Once } from '../repeats.ts'
import { findSchedule, writtenSchedule } from './find.ts'
import { wholeJob } from './sealed.ts'

/** A job that was made, or was there already. */
export type Backfill = {
  readonly jobs: readonly string[]
  readonly existing: readonly string[]
  readonly count: number
}

/** So many firings are made in one request. */
const MOST_BACKFILLED = 1000

const NOT_PAST = 'must not lie in the future: what is due then the schedule makes itself'

/** So many are on their way at once. */
const AT_ONCE = 32

/** A schedule that is to make a job now; the idempotency key makes a repeat safe for 24 hours (null: none). */
export type TriggerRequest = {
  readonly name: string
  readonly idempotencyKey: string | null
  /** Whether to wait for the job's end; null: no. */
  readonly wait: WaitRequest | null
}

/** Makes a job of a schedule now, whenever it is due. Throws `not-found`, and what submitting a job throws. */
export async function triggerSchedule(
  deps: SubmitDeps,
  caller: Caller,
  { name, idempotencyKey, wait }: TriggerRequest,
): Promise<Once<JobWire>> {
  requireScope(caller, 'schedules:write')
  const job = jobOf(await findSchedule(deps.database, caller.tenant, name), deps)
  const keyStandsFor = { trigger: name }
  const request = { ...made(job, name, null), idempotencyKey, keyStandsFor, wait }
  const { job: answer, replayed } = await submitJob(deps, caller, request)
  return { answer, replayed }
}

/** A span whose firings are to be made. */
export type BackfillRequest = {
  readonly name: string
  /** Parsed JSON. */
  readonly given: unknown
  /** Makes a repeat give the same answer for 24 hours; null: none. */
  readonly idempotencyKey: string | null
}

/**
 * Makes the firings of a span, `from` inclusive and `to` exclusive: those that are there already are told apart. With
 * `dry_run` only their number is told. Throws `invalid-schedule` with pointers, also where there are more than 1,000 and
 * for a span that is not over.
 */
export async function backfillSchedule(
  deps: SubmitDeps & Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { name, given, idempotencyKey }: BackfillRequest,
): Promise<Once<Backfill>> {
  requireScope(caller, 'schedules:write')
  const stored = await findSchedule(deps.database, caller.tenant, name)
  const { from, to, dryRun } = parseBackfill(given)
  if (to > deps.executor.now()) throw invalidSchedule([{ pointer: '/to', detail: NOT_PAST }])
  const { content } = writtenSchedule(stored)
  const { due, more } = firingsBetween(timingOf(content, stored.written_at), from, to, MOST_BACKFILLED)
  if (more) throw invalidSchedule([{ pointer: '/to', detail: `the span has more than ${MOST_BACKFILLED} firings` }])
  if (dryRun) return { answer: { jobs: [], existing: [], count: due.length }, replayed: false }
  const claim = claimOf(caller, 'schedules.backfill', idempotencyKey, { name, given })
  const taken = claim === null ? null : await takeRequestKey(deps.database, claim, claim.hash)
  const before = taken === null ? null : await answeredBefore<Backfill>(deps.database, claim)
  if (before !== null) return { answer: before, replayed: true }
  const job = jobOf(stored, deps)
  const firings = due.map((moment) => ({ name, moment, job }))
  const answer = await makeAll(deps, caller, firings, claim?.key ?? null)
  if (claim !== null) await keepAnswer(deps.database, claim, JSON.stringify(answer))
  return { answer, replayed: taken !== null }
}

/** What a schedule submits, secrets included. */
function jobOf(stored: StoredSchedule, { secrets }: SubmitDeps): JsonObject {
  return wholeJob(writtenSchedule(stored).content.job, stored, secrets)
}

type Firing = { readonly name: string; readonly moment: number; readonly job: object }

/** @param key that of the request: a repeat of it finds the jobs that it made, whatever became of its answer */
async function makeAll(
  deps: SubmitDeps,
  caller: Caller,
  firings: readonly Firing[],
  key: string | null,
): Promise<Backfill> {
  const jobs: string[] = []
  const existing: string[] = []
  for (let i = 0; i < firings.length; i += AT_ONCE) {
    const made = await Promise.all(firings.slice(i, i + AT_ONCE).map((firing) => makeOne(deps, caller, firing, key)))
    for (const { id, isNew } of made) (isNew ? jobs : existing).push(id)
  }
  return { jobs, existing, count: firings.length }
}

async function makeOne(deps: SubmitDeps, caller: Caller, { name, moment, job }: Firing, key: string | null) {
  const id = firingId(caller.tenant, name, moment)
  const keyStandsFor = { backfill: name, moment }
  const idempotencyKey = key === null ? null : keyOfFiring(key, moment)
  try {
    await submitJob(deps, caller, { ...made({ ...job, id }, name, moment), idempotencyKey, keyStandsFor })
    return { id, isNew: true }
  } catch (error) {
    if (error instanceof ProblemError && error.slug === 'job-exists') return { id, isNew: false }
    throw error
  }
}

function keyOfFiring(key: string, moment: number): string {
  return `backfill:${createHash('sha256').update(key).digest('base64url')}:${moment}`
}

function made(definition: object, schedule: string, scheduledFor: number | null): SubmitRequest {
  return { definition, text: null, idempotencyKey: null, wait: null, madeBy: { schedule, scheduledFor } }
}
