import type { Database } from './client.ts'
import { statement } from './statement.ts'

/** How all replicas stand together; ages in seconds, 0 where there is nothing. */
export type FleetState = {
  readonly queued: number
  readonly queue_age: number
  readonly messages: number
  readonly message_age: number
  /** Of the job that ended first. */
  readonly ended_age: number
  readonly replicas: number
  /** Of the first firing that is due. */
  readonly schedule_age: number
}

/**
 * Ranges of job_queue, message_ready and message_waiting, each up to a bound, so that a queue of millions costs no more than
 * one of a million; the first row of job_ended; the replicas by their primary key. Locks nothing. Asked each 15 s at most.
 */
const READ = statement({
  name: 'fleet-state',
  text: `
select q.queued::float8, greatest(0, q.age)::float8 as queue_age,
       (r.ready + w.waiting)::float8 as messages, greatest(0, r.age)::float8 as message_age,
       greatest(0, e.age)::float8 as ended_age, f.replicas::float8,
       greatest(0, s.age)::float8 as schedule_age
from (
  select count(*) as queued, coalesce(extract(epoch from clock_timestamp() - min(due_at)), 0) as age
  from (select due_at from job where holder is null and due_at is not null limit 1000000) due
) q, (
  select count(*) as ready, coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0) as age
  from (select created_at from message where state = 'ready' limit 100000) due
) r, (
  select count(*) as waiting from (select from message where state = 'waiting' limit 1000000) later
) w, (
  select coalesce(extract(epoch from clock_timestamp() - (
    select finished_at from job where finished_at > '-infinity' order by finished_at limit 1
  )), 0) as age
) e, (
  select count(*) as replicas
  from (select expires_at from replica order by id limit 10000) known where expires_at > clock_timestamp()
) f, (
  select coalesce(extract(epoch from clock_timestamp() - (
    select next_run_at from schedule where next_run_at is not null order by next_run_at limit 1
  )), 0) as age
) s`,
})

/** How all replicas stand together. Throws `DatabaseUnavailable`. */
export async function readFleetState(database: Database): Promise<FleetState> {
  const [row] = await database.query<FleetState>(READ, [])
  if (row === undefined) throw new Error('the state of the fleet gave no row')
  return row
}
