import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** How many of a tenant's webhooks hear of steps, and of ends. */
export type Listeners = { readonly steps: number; readonly ends: number }

/** A tenant's range of webhook_told, of which there are at most some hundreds. */
const COUNT = statement({
  name: 'listeners',
  text: `
select count(*) filter (where 'step.updated' = any(events))::int as steps,
       count(*) filter (where 'job.finished' = any(events))::int as ends
from webhook where tenant = $1 and enabled`,
})

/** Counts the webhooks of a tenant that are told of its jobs. */
export async function countListeners(database: Database, tenant: string): Promise<Listeners> {
  const [row] = await database.query<Listeners>(COUNT, [tenant])
  return row ?? { steps: 0, ends: 0 }
}
