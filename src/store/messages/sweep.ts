import type { Database } from '../client.ts'
import { JUDGE, type Judge, judging } from '../judge.ts'
import { statement } from '../statement.ts'

/**
 * Lets messages go whose next attempt is due. Plan: a range of message_waiting, then primary keys. Locks: SKIP LOCKED, so
 * sweeps of several replicas share the work.
 */
const WAKE = statement({
  name: 'wake-messages',
  text: `
with due as materialized (
  select job_id, tenant, seq, endpoint from message
  where state = 'waiting' and due_at <= now()
  order by due_at limit $1::int for update skip locked
), woken as (
  update message set state = 'ready', due_at = null from due
  where message.job_id = due.job_id and message.tenant = due.tenant and message.seq = due.seq
    and message.endpoint = due.endpoint
  returning 1
)
select count(*)::int as count from woken`,
})

/** Gives how many became ready, at most `batch`. */
export async function wakeMessages(database: Database, batch: number): Promise<number> {
  const [row] = await database.query<{ count: number }>(WAKE, [batch])
  return row?.count ?? 0
}

/**
 * Takes messages back from replicas that are no more, by the database's clock alone; who may judge them is in
 * judge.ts. Plan: message_sending, then replica by primary key. Locks: SKIP LOCKED.
 */
const RESCUE_MESSAGES = statement({
  name: 'rescue-messages',
  text: `
with ${JUDGE}, lost as materialized (
  select m.job_id, m.tenant, m.seq, m.endpoint from message m, judge
  where m.state = 'sending'
    and (select r.id from replica r where r.id = m.owner and r.expires_at > judge.now) is null
  limit 500 for update of m skip locked
), back as (
  update message set state = 'ready', owner = null from lost
  where message.job_id = lost.job_id and message.tenant = lost.tenant and message.seq = lost.seq
    and message.endpoint = lost.endpoint
  returning 1
)
select count(*)::int as count from back`,
})

/** Gives how many were taken back. */
export async function rescueMessages(database: Database, leaseSeconds: number, judge: Judge): Promise<number> {
  const [row] = await database.query<{ count: number }>(RESCUE_MESSAGES, judging(leaseSeconds, judge))
  return row?.count ?? 0
}
