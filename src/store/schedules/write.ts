import { randomUUIDv7 } from 'node:crypto'
import { audited } from '../access/audited.ts'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { SCHEDULE_COLUMNS, type StoredSchedule } from './read.ts'

/** A schedule to be written. Moments are milliseconds since 1970. */
export type ScheduleWrite = {
  readonly tenant: string
  readonly name: string
  /** As JSON text. */
  readonly content: string
  /** The secrets of its job; null: it has none. */
  readonly sealed: string | null
  readonly createdBy: string | null
  readonly enabled: boolean
  readonly writtenAt: number
  readonly nextRunAt: number | null
  readonly actor: string
  /** So many the tenant may have. Two that are written at once may pass it by one. */
  readonly bound: number
  /** One that is there stays as it is. */
  readonly onlyNew: boolean
}

/** The same key wrote the very same, of which nothing keeps it from going on. */
const IS_SAME = `s.content::text = excluded.content::text and s.created_by is not distinct from excluded.created_by
    and s.enabled = excluded.enabled and s.stopped_reason is null`

/**
 * Writes a schedule, or another in its place: it then begins anew, unless it is the same, which goes on as it was. By
 * primary key; `xmax` of a row that was there before is not 0. SQL, since of two that write a new name at once both must
 * succeed, and only one of them made it.
 */
const PUT = statement({
  name: 'put-schedule',
  text: `
with written as (
  insert into schedule as s (tenant, name, content, created_by, enabled, written_at, next_run_at, sealed_inputs)
  select $1, $2, $3::json, $4, $5, to_timestamp($6::float8 / 1000), to_timestamp($7::float8 / 1000), $11
  where exists (select from schedule where tenant = $1 and name = $2)
     or (select count(*) from (select from schedule where tenant = $1 limit $10::int) known) < $10::int
  on conflict (tenant, name) do update set
    content = excluded.content, sealed_inputs = excluded.sealed_inputs, created_by = excluded.created_by, enabled = excluded.enabled,
    written_at = case when ${IS_SAME} then s.written_at else excluded.written_at end,
    next_run_at = case when ${IS_SAME} then s.next_run_at else excluded.next_run_at end,
    -- Its secrets, which no comparison sees, may be what was in the way.
    taken_until = case when ${IS_SAME} and s.last_error is null then s.taken_until end, stopped_reason = null, last_error = null
    where not $12::bool
  returning ${SCHEDULE_COLUMNS}, s.xmax = 0 as created
), told as (
  insert into audit (tenant, id, action, actor, subject)
  select $1, $8, 'schedule.written', $9, $2 from written
)
select * from written`,
})

/** Gives the schedule as it is stored; null where the tenant has too many, or where it is there and only a new one is wanted. */
export async function putSchedule(
  database: Database,
  { tenant, name, content, sealed, createdBy, enabled, writtenAt, nextRunAt, actor, bound, onlyNew }: ScheduleWrite,
): Promise<(StoredSchedule & { readonly created: boolean }) | null> {
  const id = randomUUIDv7()
  const values = [tenant, name, content, createdBy, enabled, writtenAt, nextRunAt, id, actor, bound, sealed, onlyNew]
  const [row] = await database.query<StoredSchedule & { created: boolean }>(PUT, values)
  return row ?? null
}

/** Whether a schedule is to fire. */
export type ScheduleSwitch = Pick<StoredSchedule, 'tenant' | 'name'> & {
  readonly enabled: boolean
  /** Of the content that `nextRunAt` was made from. */
  readonly writtenAt: number
  /** When it fires first where it was paused; null: never. */
  readonly nextRunAt: number | null
  readonly actor: string
}

/** By primary key. What it is already leaves its next firing; one that stopped by itself does not begin by this. */
const SWITCH = statement({
  name: 'switch-schedule',
  text: `
with switched as (
  update schedule s set
    enabled = $3,
    next_run_at = case when s.enabled = $3 then s.next_run_at
                       when s.stopped_reason is null then to_timestamp($5::float8 / 1000) end
  where s.tenant = $1 and s.name = $2 and s.written_at = to_timestamp($4::float8 / 1000)
  returning ${SCHEDULE_COLUMNS}
), told as (
  insert into audit (tenant, id, action, actor, subject, details)
  select $1, $6, 'schedule.changed', $7, $2, json_build_object('enabled', $3::boolean) from switched
)
select * from switched`,
})

/** Gives the schedule as it is now; null: it is gone, or was written anew meanwhile. */
export async function switchSchedule(
  database: Database,
  { tenant, name, enabled, writtenAt, nextRunAt, actor }: ScheduleSwitch,
): Promise<StoredSchedule | null> {
  const values = [tenant, name, enabled, writtenAt, nextRunAt, randomUUIDv7(), actor]
  const [row] = await database.query<StoredSchedule>(SWITCH, values)
  return row ?? null
}

/** Its jobs stay. Gives whether there was one. */
export async function removeSchedule(
  database: Database,
  tenant: string,
  name: string,
  actor: string,
): Promise<boolean> {
  const entry = { tenant, action: 'schedule.deleted', actor, subject: name }
  const removed = await database.models('remove-schedule', (client) =>
    audited(
      client,
      entry,
      client.schedule.delete({ where: { tenant_name: { tenant, name } }, select: { name: true } }),
    ),
  )
  return removed !== null
}
