import { firingsAfter } from '../../schedules/firings.ts'
import { timingOf } from '../../schedules/timing.ts'
import type { Database } from '../../store/client.ts'
import { findSchedule as findStoredSchedule, type StoredSchedule } from '../../store/schedules/read.ts'
import { timestamp } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import {
  readSchedule,
  SCHEDULE_NAME,
  STORED_SCHEDULE,
  type ScheduleContent,
  type ScheduleInput,
  type ScheduleWire,
} from '../../wire/schedule.ts'
import { withoutCallbackSecrets } from '../jobs/prepare.ts'

const NAME = new RegExp(SCHEDULE_NAME)
const UPCOMING = 5

/** Throws `malformed-request` for what can't be a schedule's name. */
export function checkScheduleName(name: string): void {
  if (NAME.test(name)) return
  throw new ProblemError(
    'malformed-request',
    'a schedule is named by a-z, 0-9 and -, beginning with a letter, 63 at most',
  )
}

/** Throws `not-found`. */
export async function findSchedule(database: Database, tenant: string, name: string): Promise<StoredSchedule> {
  const found = NAME.test(name) ? await findStoredSchedule(database, tenant, name) : null
  if (found === null) throw new ProblemError('not-found', `there is no schedule ${name.slice(0, 100)}`)
  return found
}

/** A schedule as it was written. Throws `invalid-schedule` where that was damaged. */
export function writtenSchedule(stored: StoredSchedule): Written {
  const written = readOrNull(stored, 0, 1)
  if (written === null) throw new ProblemError('invalid-schedule', `${UNREADABLE}; write it again`)
  return written
}

/** Said of a schedule that was damaged. */
export const UNREADABLE = "what is stored of it can't be read"

type Written = {
  readonly given: ScheduleInput
  readonly content: ScheduleContent
  /** So many firings as were asked for, after a moment. */
  readonly firings: readonly number[]
}

/** Whether it can be read shows only when its firings are reckoned: its times may be damaged alone. */
function readOrNull(stored: StoredSchedule, after: number | null, count: number): Written | null {
  try {
    const given = STORED_SCHEDULE.read(stored.content)
    const content = readSchedule(given)
    const firings = after === null ? [] : firingsAfter(timingOf(content, stored.written_at), after, count)
    return { given, content, firings }
  } catch {
    return null
  }
}

const NOTHING: Written = { given: { job: {} }, content: readSchedule({ job: {} }), firings: [] }

/** A schedule as it stands on the wire; of one that was damaged all that is known beside. */
export function scheduleToWire(stored: StoredSchedule): ScheduleWire {
  const written = readOrNull(stored, stored.next_run_at, UPCOMING - 1)
  const { given, content, firings: later } = written ?? NOTHING
  const next = written === null ? null : stored.next_run_at
  return {
    name: stored.name,
    ...(given.cron === undefined ? {} : { cron: given.cron }),
    ...(given.every === undefined ? {} : { every: given.every }),
    timezone: content.timezone,
    overlap: content.overlap,
    catch_up: content.catchUp,
    enabled: stored.enabled,
    start_at: momentToWire(content.startAt),
    end_at: momentToWire(content.endAt),
    job: withoutCallbackSecrets(given.job),
    created_at: timestamp(stored.created_at),
    created_by: stored.created_by,
    next_run_at: momentToWire(next),
    upcoming: (next === null ? [] : [next, ...later]).map(timestamp),
    last_job_id: stored.last_job_id,
    last_skipped_at: momentToWire(stored.last_skipped_at),
    skipped_total: stored.skipped_total,
    stopped_reason: stored.stopped_reason ?? (written === null ? UNREADABLE : null),
    last_error: stored.last_error,
  }
}

function momentToWire(moment: number | null): string | null {
  return moment === null ? null : timestamp(moment)
}
