import { listSchedules } from '../../store/schedules/read.ts'
import { removeSchedule } from '../../store/schedules/write.ts'
import { isNameCursor, type Page, pageOfRows, readCursor } from '../../wire/cursor.ts'
import type { ScheduleWire } from '../../wire/schedule.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findSchedule, scheduleToWire } from './find.ts'
import { withRights } from './rights.ts'

type ReadDeps = Pick<ServiceDeps, 'database' | 'limits' | 'now'>

/** A schedule, how it stands, and when it fires next. Throws `not-found`. */
export async function readNamedSchedule(deps: ReadDeps, caller: Caller, name: string): Promise<ScheduleWire> {
  requireScope(caller, 'schedules:read')
  const stored = await findSchedule(deps.database, caller.tenant, name)
  const [now = stored] = await withRights(deps, [stored])
  return scheduleToWire(now)
}

/** A page of the tenant's schedules, in order of names. */
export async function listNamedSchedules(
  deps: ReadDeps,
  caller: Caller,
  { limit = 50, cursor }: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): Promise<Page<ScheduleWire>> {
  requireScope(caller, 'schedules:read')
  const [after] = cursor === undefined ? [''] : readCursor(cursor, isNameCursor)
  const rows = await withRights(deps, await listSchedules(deps.database, caller.tenant, after, limit + 1))
  return pageOfRows(rows, limit, scheduleToWire, ({ name }) => [name])
}

/** Takes a schedule away; its jobs stay. Throws `not-found`. */
export async function removeNamedSchedule(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  name: string,
): Promise<void> {
  requireScope(caller, 'schedules:write')
  await findSchedule(database, caller.tenant, name)
  await removeSchedule(database, caller.tenant, name, actorOf(caller))
}
