import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** One row by primary key, and a range of it for the others; replicas that are no more are cleared away. */
const REPORT = statement({
  name: 'streams-tell',
  text: `
with mine as (
  insert into stream_count (tenant, replica, open) values ($1, $2::int, $3::int)
  on conflict (tenant, replica) do update set open = excluded.open
), gone as (
  delete from stream_count c
  where c.tenant = $1 and c.replica <> $2 and not exists (select from replica r where r.id = c.replica limit 1)
)
select coalesce(sum(c.open), 0)::int as others
from stream_count c, lateral (
  select from replica r where r.id = c.replica and r.expires_at > clock_timestamp() limit 1
) alive
where c.tenant = $1 and c.replica <> $2`,
})

/** Tells how many streams of a tenant are open at a replica; gives how many are at the others. */
export async function reportStreams(
  database: Database,
  tenant: string,
  replica: number,
  open: number,
): Promise<number> {
  const [row] = await database.query<{ others: number }>(REPORT, [tenant, replica, open])
  return row?.others ?? 0
}
