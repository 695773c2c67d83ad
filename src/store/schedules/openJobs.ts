import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** So many of a schedule's newest jobs are looked at: what is not over is among them, or it allows any number. */
const LOOKED_AT = 1100

/** A range of job_label_list, and a look-up by primary key for each. */
const OPEN = statement({
  name: 'open-jobs-of-schedule',
  text: `
select newest.id from (
  select j.id, j.finished_at, l.created_at
  from job_label l, lateral (select id, finished_at from job where id = l.job_id and tenant = l.tenant offset 0) j
  where l.tenant = $1 and l.label = $2 and l.created_at > '-infinity'
  order by l.created_at desc, l.job_id desc limit ${LOOKED_AT}
) newest
where newest.finished_at is null order by newest.created_at desc, newest.id desc`,
})

/** The jobs with a label that are not over: their ids, newest first. */
export async function openJobsWith(database: Database, tenant: string, label: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>(OPEN, [tenant, label])
  return rows.map(({ id }) => id)
}
