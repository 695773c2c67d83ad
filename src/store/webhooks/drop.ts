import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/**
 * What is pending for the webhook $2 of the tenant $1 is dropped where a CTE gives a row; an attempt that is being made may
 * still end well. Plan: ranges of message_ready and message_stalled.
 */
const dropOf = (source: string): string => `
dropped_ready as (
  update message set state = 'failed' from ${source}
  where message.endpoint = $2 and message.tenant = $1 and message.state = 'ready'
), dropped_stalled as (
  update message set state = 'failed', due_at = null from ${source}
  where message.endpoint = $2 and message.tenant = $1 and message.state in ('waiting', 'held')
)`

/** By primary key; see above. Locks: the webhook's row, then those messages. */
const REMOVE_WEBHOOK = statement({
  name: 'remove-webhook',
  text: `
with gone as (
  delete from webhook where tenant = $1 and id = $2 returning id
), ${dropOf('gone')}, told as (
  insert into audit (tenant, id, action, actor, subject) select $1, $3, 'webhook.deleted', $4, id from gone
)
select id from gone`,
})

/** Deletes a webhook; what is pending for it is dropped. False: there was none. `actor` is who does it, for the audit log. */
export async function removeWebhook(database: Database, tenant: string, id: string, actor: string): Promise<boolean> {
  return (await database.query(REMOVE_WEBHOOK, [tenant, id, randomUUIDv7(), actor])).length > 0
}

/** The same for a webhook that is switched off for good. */
const SWITCH_OFF = statement({
  name: 'switch-off-webhook',
  text: `
with off as (
  update webhook set enabled = false, disabled_reason = $3 where tenant = $1 and id = $2 and enabled
  returning id
), ${dropOf('off')}
select id from off`,
})

/** Switches a webhook off, says why, and drops what is pending for it. False: it was off, or is gone. */
export async function switchOffWebhook(
  database: Database,
  tenant: string,
  id: string,
  reason: string,
): Promise<boolean> {
  return (await database.query(SWITCH_OFF, [tenant, id, reason])).length > 0
}

/** Drops what is pending for a callback of one job, which wants nothing more: a range of the primary key. */
export async function dropCallback(
  database: Database,
  { tenant, jobId, endpoint }: { tenant: string; jobId: string; endpoint: string },
): Promise<void> {
  await database.models('drop-callback', (client) =>
    client.message.updateMany({
      where: { jobId, tenant, endpoint, state: { in: ['ready', 'waiting'] } },
      data: { state: 'failed', dueAt: null },
    }),
  )
}
