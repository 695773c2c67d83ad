import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** A range of message_pending, no further than the bound. */
const COUNT = statement({
  name: 'messages-pending',
  text: `
select count(*)::int as pending from (
  select from message where tenant = $1 and state in ('ready', 'sending', 'waiting', 'held') limit $2::int
) few`,
})

/** How many messages of a tenant are on their way, counted no further than `bound`. */
export async function countPending(database: Database, tenant: string, bound: number): Promise<number> {
  const [row] = await database.query<{ pending: number }>(COUNT, [tenant, bound])
  return row?.pending ?? 0
}
