import { audited, together } from '../access/audited.ts'
import type { Database } from '../client.ts'
import type { Prisma, PrismaClient } from '../generated/client.ts'
import { type ChangeTarget, whereOf } from './change.ts'

/**
 * What is pending for a webhook is dropped; an attempt that is being made may still end well. Ranges of message_ready and
 * message_stalled. Locks: the webhook's row is locked first, then these.
 */
function dropPending(client: PrismaClient, tenant: string, endpoint: string): readonly Prisma.PrismaPromise<unknown>[] {
  const drop = { state: 'failed', dueAt: null }
  return [
    client.message.updateMany({ where: { endpoint, tenant, state: 'ready' }, data: drop }),
    client.message.updateMany({ where: { endpoint, tenant, state: 'waiting' }, data: drop }),
    client.message.updateMany({ where: { endpoint, tenant, state: 'held' }, data: drop }),
  ]
}

/** Deletes a webhook; what is pending for it is dropped. False: there was none such. `actor` is who does it, for the audit log. */
export async function removeWebhook(database: Database, target: ChangeTarget, actor: string): Promise<boolean> {
  const { tenant, id } = target
  const entry = { tenant, action: 'webhook.deleted', actor, subject: id }
  const removed = await database.models('remove-webhook', (client) => {
    const change = client.webhook.delete({ where: whereOf(target), select: { id: true } })
    return audited(client, entry, change, dropPending(client, tenant, id))
  })
  return removed !== null
}

/** Switches a webhook off, says why, and drops what is pending for it. False: it was off, or is gone. */
export async function switchOffWebhook(
  database: Database,
  tenant: string,
  id: string,
  reason: string,
): Promise<boolean> {
  const changed = await database.models('switch-off-webhook', (client) => {
    const change = client.webhook.update({
      where: { tenant_id: { tenant, id }, enabled: true },
      data: { enabled: false, disabledReason: reason },
      select: { id: true },
    })
    return together(client, change, dropPending(client, tenant, id))
  })
  return changed !== null
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
