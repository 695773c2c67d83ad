import { firingsAfter } from '../../schedules/firings.ts'
import { timingOf } from '../../schedules/timing.ts'
import { switchSchedule } from '../../store/schedules/write.ts'
import { parseScheduleChange, type ScheduleWire } from '../../wire/schedule.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findSchedule, scheduleToWire, writtenSchedule } from './find.ts'
import { withRights } from './rights.ts'

/** Which schedule, and what is to change of it as parsed JSON. */
export type ChangeScheduleRequest = { readonly name: string; readonly input: unknown }

/**
 * Pauses a schedule, or lets it go on from its next moment. All else stays as it is: whose rights it has, the secrets of
 * its job, from when an interval counts. Throws `not-found` and `invalid-schedule`.
 */
export async function changeNamedSchedule(
  deps: Pick<ServiceDeps, 'database' | 'limits' | 'now'>,
  caller: Caller,
  { name, input }: ChangeScheduleRequest,
): Promise<ScheduleWire> {
  requireScope(caller, 'schedules:write')
  const { enabled } = parseScheduleChange(input)
  const stored = await findSchedule(deps.database, caller.tenant, name)
  const timing = timingOf(writtenSchedule(stored).content, stored.written_at)
  const [nextRunAt = null] = enabled ? firingsAfter(timing, Math.floor(deps.now()), 1) : []
  const place = { tenant: caller.tenant, name, writtenAt: stored.written_at }
  const changed = await switchSchedule(deps.database, { ...place, enabled, nextRunAt, actor: actorOf(caller) })
  // Somebody wrote it anew in between: that one is switched.
  if (changed === null) return await changeNamedSchedule(deps, caller, { name, input })
  const [now = changed] = await withRights(deps, [changed])
  return scheduleToWire(now)
}
