import type { Database } from '../client.ts'
import { GivenRows } from '../givenRows.ts'
import { statement } from '../statement.ts'
import type { ClaimedMessage } from './claim.ts'

const MESSAGES = new GivenRows<ClaimedMessage>(1, [
  ['job_id', 'text', ({ jobId }) => jobId],
  ['tenant', 'text', ({ tenant }) => tenant],
  ['seq', 'int', ({ seq }) => seq],
  ['endpoint', 'text', ({ endpoint }) => endpoint],
  ['owner', 'int', ({ owner }) => owner],
])

/**
 * Puts messages aside whose webhooks are switched off. The webhooks' rows are locked (FOR SHARE) and looked at again: one
 * that is on by now gets its messages back, and one that is switched on after this finds them held, since it lets them go
 * by a statement of its own (store/webhooks/change.ts). Fenced as settling is. Plan: by primary keys.
 */
const HOLD = statement({
  name: 'hold-messages',
  text: `
with given as (
  select * from ${MESSAGES.as('t')}
), hook as materialized (
  select w.tenant, w.id, w.enabled
  from (select distinct tenant, endpoint from given) g
  join webhook w on w.tenant = g.tenant and w.id = g.endpoint
  order by w.tenant, w.id
  for share of w
), found as materialized (
  select g.*, case when hook.id is null then 'failed' when hook.enabled then 'ready' else 'held' end as next
  from given g left join hook on hook.tenant = g.tenant and hook.id = g.endpoint
)
update message set state = f.next, owner = null
from found f
where message.job_id = f.job_id and message.tenant = f.tenant and message.seq = f.seq and message.endpoint = f.endpoint
  and message.owner = f.owner`,
})

/** Holds messages until their webhook is switched on again. */
export async function holdMessages(database: Database, messages: readonly ClaimedMessage[]): Promise<void> {
  await database.query(HOLD, MESSAGES.values(messages))
}
