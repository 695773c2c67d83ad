import type { Database } from '../client.ts'
import { GivenRows } from '../givenRows.ts'
import { statement } from '../statement.ts'
import { SCHEDULE_COLUMNS, type StoredSchedule } from './read.ts'

/** A replica that took schedules and is silent for so long has left them to others: ids of jobs keep firings single. */
const TAKEN_SECONDS = 10

/** Schedules that were taken to be fired, and the database's time. */
export type TakenSchedules = { readonly now: number; readonly schedules: readonly StoredSchedule[] }

/**
 * Takes schedules that are due, the longest first. A range of schedule_due; SKIP LOCKED, so replicas never wait for each
 * other and each takes others.
 */
const TAKE = statement({
  name: 'take-schedules',
  text: `
with due as materialized (
  select tenant, name from schedule
  where next_run_at is not null and next_run_at <= clock_timestamp() and (taken_until is null or taken_until <= clock_timestamp())
  order by next_run_at limit $1::int
  for no key update skip locked
), taken as (
  update schedule s set taken_until = clock_timestamp() + interval '${TAKEN_SECONDS} seconds'
  from due d where s.tenant = d.tenant and s.name = d.name
  returning ${SCHEDULE_COLUMNS}
)
select extract(epoch from clock_timestamp()) * 1000 as now, taken.* from (select) one left join taken on true`,
})

/**
 * Takes schedules that are due, at most `limit`, for a while in which no other replica fires them; and tells the
 * database's time in milliseconds.
 */
export async function takeDueSchedules(database: Database, limit: number): Promise<TakenSchedules> {
  const rows = await database.query<({ now: number } & StoredSchedule) | { now: number; name: null }>(TAKE, [limit])
  const schedules = rows.filter((row): row is { now: number } & StoredSchedule => row.name !== null)
  return { now: Number(rows[0]?.now ?? 0), schedules }
}

/** What a firing leaves behind. */
export type ScheduleOutcome = {
  readonly tenant: string
  readonly name: string
  /** Of the content that was fired: one that was written meanwhile begins anew, and is left alone. */
  readonly writtenAt: number
  readonly nextRunAt: number | null
  readonly lastJobId: string | null
  readonly skipped: number
  readonly stoppedReason: string | null
  /** Why what is due could not be made yet; null: nothing is in its way. */
  readonly lastError: string | null
  /** No replica tries it again before; null: each may at once. Milliseconds since 1970. */
  readonly heldUntil: number | null
}

const OUTCOMES = new GivenRows<ScheduleOutcome>(1, [
  ['tenant', 'text', ({ tenant }) => tenant],
  ['name', 'text', ({ name }) => name],
  ['written', 'moment', ({ writtenAt }) => writtenAt],
  ['next', 'moment', ({ nextRunAt }) => nextRunAt],
  ['last_job', 'text', ({ lastJobId }) => lastJobId],
  ['skipped', 'int', ({ skipped }) => skipped],
  ['stopped', 'text', ({ stoppedReason }) => stoppedReason],
  ['error', 'text', ({ lastError }) => lastError],
  ['held_until', 'moment', ({ heldUntil }) => heldUntil],
])

/** By primary keys, locked in their order: replicas settle others, a write may come between. */
const SETTLE = statement({
  name: 'settle-schedules',
  text: `
with held as materialized (
  select s.tenant, s.name, o.next, o.last_job, o.skipped, o.stopped, o.error, o.held_until
  from ${OUTCOMES.as('o')}
  join schedule s on s.tenant = o.tenant and s.name = o.name and s.written_at = to_timestamp(o.written / 1000)
  order by s.tenant, s.name for no key update of s
)
update schedule s set
  -- One that was paused while it fired stays paused.
  next_run_at = case when s.enabled then to_timestamp(held.next / 1000) end,
  taken_until = to_timestamp(held.held_until / 1000),
  last_job_id = coalesce(held.last_job, s.last_job_id),
  skipped_total = s.skipped_total + held.skipped,
  last_skipped_at = case when held.skipped > 0 then clock_timestamp() else s.last_skipped_at end,
  stopped_reason = held.stopped,
  last_error = held.error
from held where s.tenant = held.tenant and s.name = held.name`,
})

/** Keeps what firings left behind, in one statement. */
export async function settleSchedules(database: Database, outcomes: readonly ScheduleOutcome[]): Promise<void> {
  await database.query(SETTLE, OUTCOMES.values(outcomes))
}
