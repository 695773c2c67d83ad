import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

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
}

/** The columns of a schedule; `s` names the table. */
export const SCHEDULE_COLUMNS = `s.tenant, s.name, s.created_at, s.written_at, s.content, s.created_by, s.enabled, s.next_run_at,
  s.stopped_reason, s.last_job_id, s.last_skipped_at, s.skipped_total::float8 as skipped_total`

/** By primary key. */
const FIND = statement({
  name: 'find-schedule',
  text: `select ${SCHEDULE_COLUMNS} from schedule s where s.tenant = $1 and s.name = $2`,
})

export async function findSchedule(database: Database, tenant: string, name: string): Promise<StoredSchedule | null> {
  const [row] = await database.query<StoredSchedule>(FIND, [tenant, name])
  return row ?? null
}

/** A range of the primary key. */
const LIST = statement({
  name: 'list-schedules',
  text: `select ${SCHEDULE_COLUMNS} from schedule s where s.tenant = $1 and s.name > $2 order by s.name limit $3::int`,
})

/** The schedules behind a name, in order of names. */
export function listSchedules(
  database: Database,
  tenant: string,
  after: string,
  limit: number,
): Promise<StoredSchedule[]> {
  return database.query<StoredSchedule>(LIST, [tenant, after, limit])
}
