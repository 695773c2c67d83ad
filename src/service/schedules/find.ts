import { firingsAfter } from '../../schedules/firings.ts'
import { timingOf } from '../../schedules/timing.ts'
import type { Database } from '../../store/client.ts'
import { findSchedule as findStoredSchedule, type StoredSchedule } from '../../store/schedules/read.ts'
import { timestamp } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import { readSchedule, SCHEDULE_NAME, STORED_SCHEDULE, type ScheduleWire } from '../../wire/schedule.ts'
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

/** A schedule as it stands on the wire. */
export function scheduleToWire(stored: StoredSchedule): ScheduleWire {
  const given = STORED_SCHEDULE.read(stored.content)
  const content = readSchedule(given)
  const { next_run_at: next } = stored
  const later = next === null ? [] : firingsAfter(timingOf(content, stored.written_at), next, UPCOMING - 1)
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
    stopped_reason: stored.stopped_reason,
  }
}

function momentToWire(moment: number | null): string | null {
  return moment === null ? null : timestamp(moment)
}
