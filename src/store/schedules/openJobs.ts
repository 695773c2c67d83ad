import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** So many of a schedule's jobs that are not over are looked at. */
const LOOKED_AT = 1000

/** A range of job_of_schedule, which holds nothing else. */
const OPEN = statement({
  name: 'open-jobs-of-schedule',
  text: `
select id from job
where tenant = $1 and schedule = $2 and schedule is not null and finished_at is null order by created_at, id limit ${LOOKED_AT}`,
})

/** The jobs of a schedule that are not over: their ids, oldest first. */
export async function openJobsOf(database: Database, tenant: string, schedule: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>(OPEN, [tenant, schedule])
  return rows.map(({ id }) => id)
}

/** The same range for each. */
const COUNTS = statement({
  name: 'open-jobs-of-schedules',
  text: `
select (
  select count(*)::int from (
    select from job j
    where j.tenant = s.tenant and j.schedule = s.name and j.schedule is not null and j.finished_at is null
    limit $3::int
  ) known
) as open
from unnest($1::text[], $2::text[]) with ordinality as s(tenant, name, ord) order by s.ord`,
})

/** How many jobs of each schedule are not over, counted no further than `bound`. */
export async function countOpenJobs(
  database: Database,
  schedules: readonly { readonly tenant: string; readonly name: string }[],
  bound: number,
): Promise<number[]> {
  const values = [schedules.map(({ tenant }) => tenant), schedules.map(({ name }) => name), bound]
  return (await database.query<{ open: number }>(COUNTS, values)).map(({ open }) => open)
}
