import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** A tenant's range of job_list, and for each job its steps by primary key. The sizes are those on disk: nothing is unpacked. */
const MEASURE = statement({
  name: 'stored-bytes',
  text: `
select coalesce(sum(
  pg_column_size(j.definition) + coalesce(pg_column_size(j.entries), 0) + coalesce(pg_column_size(j.variables), 0) + coalesce(pg_column_size(j.output), 0) + s.bytes + r.bytes
), 0)::float8 as bytes
from job j, lateral (
  select coalesce(sum(coalesce(pg_column_size(s.return_value), 0) + coalesce(pg_column_size(s.variables), 0)), 0) as bytes
  from step s where s.job_id = j.id and s.tenant = j.tenant
) s, lateral (
  select coalesce(sum(pg_column_size(r.entries) + coalesce(pg_column_size(r.variables), 0)), 0) as bytes
  from journal r where r.job_id = j.id and r.tenant = j.tenant
) r
where j.tenant = $1 and j.created_at > '-infinity'`,
})

/** How many bytes the JSON of all jobs of a tenant takes, as it is stored. Looks at every job: ask rarely. */
export async function measureStored(database: Database, tenant: string): Promise<number> {
  const [row] = await database.query<{ bytes: number }>(MEASURE, [tenant])
  return row?.bytes ?? 0
}
