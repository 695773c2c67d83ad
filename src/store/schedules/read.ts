import type { Database } from '../client.ts'
import type { Schedule } from '../generated/client.ts'

/** A schedule as it is stored. Moments are milliseconds since 1970. */
export type StoredSchedule = {
  readonly tenant: string
  readonly name: string
  readonly created_at: number
  readonly written_at: number
  /** JSON text. */
  readonly content: string
  readonly created_by: string | null
  readonly enabled: boolean
  readonly next_run_at: number | null
  readonly stopped_reason: string | null
  readonly last_job_id: string | null
  readonly last_skipped_at: number | null
  readonly skipped_total: number
  /** The secrets of its job; null: it has none. */
  readonly sealed_inputs: string | null
  /** Why the firing that is due could not be made yet; null: nothing is in its way. */
  readonly last_error: string | null
}

/** The columns of a schedule, for statements; `s` names the table. */
export const SCHEDULE_COLUMNS = `s.tenant, s.name, s.created_at, s.written_at, s.content, s.created_by, s.enabled, s.next_run_at,
  s.stopped_reason, s.last_job_id, s.last_skipped_at, s.skipped_total::float8 as skipped_total, s.sealed_inputs,
  s.last_error`

/** By primary key. */
export async function findSchedule(database: Database, tenant: string, name: string): Promise<StoredSchedule | null> {
  const row = await database.models('find-schedule', (client) =>
    client.schedule.findUnique({ where: { tenant_name: { tenant, name } } }),
  )
  return row === null ? null : storedSchedule(row)
}

/** The schedules behind a name, in order of names: a range of the primary key. */
export async function listSchedules(
  database: Database,
  tenant: string,
  after: string,
  limit: number,
): Promise<StoredSchedule[]> {
  const rows = await database.models('list-schedules', (client) =>
    client.schedule.findMany({ where: { tenant, name: { gt: after } }, orderBy: { name: 'asc' }, take: limit }),
  )
  return rows.map(storedSchedule)
}

function storedSchedule(row: Schedule): StoredSchedule {
  return {
    tenant: row.tenant,
    name: row.name,
    created_at: row.createdAt.getTime(),
    written_at: row.writtenAt.getTime(),
    content: JSON.stringify(row.content),
    created_by: row.createdBy,
    enabled: row.enabled,
    next_run_at: row.nextRunAt?.getTime() ?? null,
    stopped_reason: row.stoppedReason,
    last_job_id: row.lastJobId,
    last_skipped_at: row.lastSkippedAt?.getTime() ?? null,
    skipped_total: Number(row.skippedTotal),
    sealed_inputs: row.sealedInputs,
    last_error: row.lastError,
  }
}
