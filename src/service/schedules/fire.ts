import { decideFirings } from '../../schedules/decide.ts'
import { firingId } from '../../schedules/firingId.ts'
import { firingsAfter, type Timing } from '../../schedules/firings.ts'
import { timingOf } from '../../schedules/timing.ts'
import type { ScheduleOutcome } from '../../store/schedules/fire.ts'
import type { StoredSchedule } from '../../store/schedules/read.ts'
import type { JsonObject } from '../../engine/values/json.ts'
import { PROBLEMS, ProblemError } from '../../wire/problem.ts'
import { readSchedule, type ScheduleContent, STORED_SCHEDULE } from '../../wire/schedule.ts'
import type { Caller } from '../caller.ts'
import { UNREADABLE } from './find.ts'

/** A job that a firing makes. */
export type Firing = {
  readonly id: string
  readonly schedule: string
  readonly moment: number
  readonly content: ScheduleContent
  readonly stored: StoredSchedule
}

/** Secrets that can't be opened are tried so seldom: a replica with the right key, or whoever writes them again, mends that. */
const SEALED_PAUSE_MS = 60_000

/** So many jobs of a schedule wait for the one before them. */
export const MOST_HELD_BACK = 100

/** What firings need of the service. */
export type FireDeps = {
  /** Under whose rights a schedule runs; a reason in words where it may run no more. */
  readonly callerOf: (schedule: StoredSchedule) => Promise<Caller | string>
  /** How many jobs of the schedule are not over, counted as far as is of use. */
  readonly countOpenJobs: (schedule: StoredSchedule) => Promise<number>
  readonly cancelOpenJobs: (caller: Caller, schedule: StoredSchedule) => Promise<void>
  /** The job with its secrets. Throws a problem where they can't be opened here and now. */
  readonly open: (firing: Firing) => JsonObject
  /** @param heldBack it begins when those before it are over */
  readonly submit: (caller: Caller, firing: Firing, job: JsonObject, heldBack: boolean) => Promise<void>
}

/**
 * Makes what is due of one schedule, and says what is to be kept of it. Made twice, by two replicas or after a crash, each
 * job is there once.
 */
export async function fireSchedule(
  deps: FireDeps,
  stored: StoredSchedule,
  now: number,
  attentiveSince: number,
): Promise<ScheduleOutcome> {
  const { tenant, name, written_at: writtenAt } = stored
  const nothing = {
    tenant,
    name,
    writtenAt,
    lastJobId: null,
    skipped: 0,
    stoppedReason: null,
    lastError: null,
    heldUntil: null,
  }
  const caller = await deps.callerOf(stored)
  if (typeof caller === 'string') return { ...nothing, nextRunAt: null, stoppedReason: caller }
  const due = readDue(stored, now, attentiveSince)
  if (due === null) return { ...nothing, nextRunAt: null, stoppedReason: UNREADABLE }
  const { content, timing, fire, next } = due
  let { lastJobId, skipped }: { lastJobId: string | null; skipped: number } = nothing
  for (const moment of fire) {
    const firing = { id: firingId(tenant, name, moment), schedule: name, moment, content, stored }
    const made = await makeOne(deps, caller, stored, firing)
    if (made.kind === 'stopped') return { ...nothing, lastJobId, skipped, nextRunAt: null, stoppedReason: made.reason }
    if (made.kind === 'made') lastJobId = firing.id
    else if (made.kind === 'skipped') skipped++
    else {
      // It is tried until the next one is due.
      const [following = Infinity] = firingsAfter(timing, moment, 1)
      if (following > now) {
        const heldUntil = made.kind === 'sealed' ? Math.min(now + SEALED_PAUSE_MS, following) : null
        return { ...nothing, lastJobId, skipped, nextRunAt: moment, lastError: made.reason, heldUntil }
      }
      skipped++
    }
  }
  return { ...nothing, lastJobId, skipped, nextRunAt: next }
}

type Due = ReturnType<typeof decideFirings> & { readonly content: ScheduleContent; readonly timing: Timing }

/** What of a schedule is due; null: it can't be read, now or ever. */
function readDue(stored: StoredSchedule, now: number, attentiveSince: number): Due | null {
  try {
    const content = readSchedule(STORED_SCHEDULE.read(stored.content))
    const timing = timingOf(content, stored.written_at)
    const decided = decideFirings(timing, content.catchUp, stored.next_run_at ?? now, now, attentiveSince)
    return { ...decided, content, timing }
  } catch {
    return null
  }
}

type Made =
  | { readonly kind: 'made' }
  | { readonly kind: 'skipped' }
  /** By a limit; or its secrets can't be opened; or for good. */
  | { readonly kind: 'refused' | 'sealed' | 'stopped'; readonly reason: string }

async function makeOne(deps: FireDeps, caller: Caller, stored: StoredSchedule, firing: Firing): Promise<Made> {
  const { overlap } = firing.content
  const waits = overlap === 'skip' || overlap === 'queue'
  const open = waits ? await deps.countOpenJobs(stored) : 0
  if (overlap === 'skip' ? open > 0 : open > MOST_HELD_BACK) return { kind: 'skipped' }
  const opened = openedOr(deps, firing)
  if (typeof opened === 'string') return { kind: 'sealed', reason: opened }
  if (overlap === 'cancel_running') await deps.cancelOpenJobs(caller, stored)
  try {
    await deps.submit(caller, firing, opened, overlap === 'queue' && open > 0)
    return { kind: 'made' }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    if (error.slug === 'job-exists') return { kind: 'made' }
    const [status] = PROBLEMS[error.slug]
    return { kind: status === 429 || status === 503 ? 'refused' : 'stopped', reason: error.message }
  }
}

/** The job of a firing; a reason in words where its secrets can't be opened. */
function openedOr({ open }: FireDeps, firing: Firing): JsonObject | string {
  try {
    return open(firing)
  } catch (error) {
    if (error instanceof ProblemError) return error.message
    throw error
  }
}
