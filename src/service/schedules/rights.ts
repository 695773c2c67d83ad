import { anyKeys } from '../../store/access/goodKeys.ts'
import { readKeyRow } from '../../store/access/keys.ts'
import type { Database } from '../../store/client.ts'
import type { StoredSchedule } from '../../store/schedules/read.ts'
import { NO_LIMITS } from '../../wire/limits.ts'
import { type Caller, OPERATOR } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'

/** Under whose rights a schedule runs: those of the key that wrote it, as they are now. A reason in words: none any more. */
export function callerOfSchedule(deps: RightsDeps, schedule: StoredSchedule): Promise<Caller | string> {
  return callerOfKey(deps, schedule)
}

type RightsDeps = Pick<ServiceDeps, 'database' | 'limits' | 'now'>

/**
 * Schedules as they stand now: one whose key has no rights any more is stopped, also before it is due again and finds that
 * out. Each key is asked for once, by primary key.
 */
export async function withRights(deps: RightsDeps, schedules: readonly StoredSchedule[]): Promise<StoredSchedule[]> {
  const keys = new Map(schedules.map((schedule) => [schedule.created_by, schedule]))
  const callers = await Promise.all([...keys.values()].map((schedule) => callerOfKey(deps, schedule)))
  const why = new Map([...keys.keys()].map((key, i) => [key, callers[i]]))
  return schedules.map((schedule) => {
    const stopped = why.get(schedule.created_by)
    if (typeof stopped !== 'string' || schedule.stopped_reason !== null) return schedule
    return { ...schedule, stopped_reason: stopped, next_run_at: null }
  })
}

/** Who acts later on, under the rights of the key that asked for it. A reason in words: it has none any more. */
export async function callerOfKey(
  { database, limits, now }: RightsDeps,
  { tenant, created_by: createdBy }: Pick<StoredSchedule, 'tenant' | 'created_by'>,
): Promise<Caller | string> {
  if (createdBy === null) return callerWithoutKey(database, tenant)
  const key = await readKeyRow(database, createdBy, tenant)
  if (key === null || key.revoked_at !== null) return `the key ${createdBy} that wrote it was revoked`
  if (key.expires_at !== null && key.expires_at <= now()) return `the key ${createdBy} that wrote it has expired`
  return {
    tenant,
    key: createdBy,
    scopes: new Set(key.scopes),
    tags: new Set(key.tags),
    definitions: key.definitions,
    until: key.expires_at,
    limits: (await limits.of(tenant)) ?? NO_LIMITS,
  }
}

async function callerWithoutKey(database: Database, tenant: string): Promise<Caller | string> {
  if (await anyKeys(database)) return 'it was written while there were no keys; write it again with one'
  return { ...OPERATOR, tenant }
}
