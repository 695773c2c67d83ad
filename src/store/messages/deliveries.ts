import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { type MessageState, NO_JOB } from './message.ts'
import type { RecordedAttempt } from './settle.ts'

/** A message as the list of deliveries shows it. `attempts` is JSON that was parsed. */
export type Delivery = {
  readonly id: string
  readonly event: string
  readonly job_id: string
  readonly seq: number
  readonly state: MessageState
  readonly created_at: number
  readonly due_at: number | null
  readonly attempts: readonly RecordedAttempt[]
}

/** Where a page of deliveries begins and how long it is. */
export type DeliveryPage = { readonly before: string | null; readonly limit: number }

/** Behind every id. */
const LAST = '~'

const COLUMNS = 'm.id, m.event, m.job_id, m.seq, m.state, m.created_at, m.due_at, m.attempts'

/** A range of message_list: ids of an endpoint are in order of time. */
const OF_WEBHOOK = statement({
  name: 'deliveries-of-webhook',
  text: `
select ${COLUMNS} from message m
where m.endpoint = $1 and m.id < $2 and m.tenant = $3
order by m.id desc limit $4::int`,
})

/** What was and is to be sent to a webhook, newest first. */
export function deliveriesOfWebhook(
  database: Database,
  tenant: string,
  webhook: string,
  { before, limit }: DeliveryPage,
): Promise<Delivery[]> {
  return database.query<Delivery>(OF_WEBHOOK, [webhook, before ?? LAST, tenant, limit])
}

/** A range of the primary key, sorted: all messages of one job. */
const OF_JOB = statement({
  name: 'deliveries-of-job',
  text: `
select ${COLUMNS} from message m
where m.job_id = $1 and m.tenant = $2 and m.endpoint like 'cb\\_%' and m.id < $3
order by m.id desc limit $4::int`,
})

/** What was and is to be sent to a job's own callbacks, newest first. */
export function deliveriesOfJob(
  database: Database,
  tenant: string,
  job: string,
  { before, limit }: DeliveryPage,
): Promise<Delivery[]> {
  return database.query<Delivery>(OF_JOB, [job, tenant, before ?? LAST, limit])
}

const SEND_AGAIN = `state = case when m.state = 'sending' then m.state else 'ready' end,
  tries = case when m.state = 'sending' then m.tries else 0 end, due_at = null`

/** One entry of message_list; one row. */
const AGAIN_OF_WEBHOOK = statement({
  name: 'redeliver-of-webhook',
  text: `
update message m set ${SEND_AGAIN}
where m.endpoint = $1 and m.id = $2 and m.tenant = $3
returning ${COLUMNS}`,
})

/** Puts a message on its way again, with the whole schedule before it; null: there is none. One that is being sent stays. */
export async function redeliverOfWebhook(
  database: Database,
  tenant: string,
  webhook: string,
  id: string,
): Promise<Delivery | null> {
  const [row] = await database.query<Delivery>(AGAIN_OF_WEBHOOK, [webhook, id, tenant])
  return row ?? null
}

/** A range of the primary key: all messages of one job. */
const AGAIN_OF_JOB = statement({
  name: 'redeliver-of-job',
  text: `
update message m set ${SEND_AGAIN}
where m.job_id = $1 and m.tenant = $2 and m.endpoint like 'cb\\_%' and m.id = $3
returning ${COLUMNS}`,
})

/** The same for a message to a callback of a job. */
export async function redeliverOfJob(
  database: Database,
  tenant: string,
  job: string,
  id: string,
): Promise<Delivery | null> {
  const [row] = await database.query<Delivery>(AGAIN_OF_JOB, [job, tenant, id])
  return row ?? null
}

/** One row. */
const TEST = statement({
  name: 'test-message',
  text: `
insert into message as m (job_id, tenant, seq, endpoint, event, id)
values ('${NO_JOB}' || $3, $1, 0, $2, 'webhook.test', $3)
returning ${COLUMNS}`,
})

/** Makes a message that tells of nothing. */
export async function addTestMessage(
  database: Database,
  tenant: string,
  webhook: string,
  id: string,
): Promise<Delivery> {
  const [row] = await database.query<Delivery>(TEST, [tenant, webhook, id])
  if (row === undefined) throw new Error('the insert of a message gave no row')
  return row
}

/** Tests older than $1 days: a range of the primary key, at its end, since no job's id begins as theirs. */
const EXPIRE_TESTS = statement({
  name: 'expire-test-messages',
  text: `
with old as materialized (
  select job_id, tenant, seq, endpoint from message
  where job_id >= '${NO_JOB}' and created_at < now() - make_interval(days => 1) * $1::float8 and state in ('delivered', 'failed', 'held')
  order by job_id limit $2::int for update skip locked
), m as (
  delete from message using old
  where message.job_id = old.job_id and message.tenant = old.tenant and message.seq = old.seq
    and message.endpoint = old.endpoint
)
select count(*)::int as removed from old`,
})

/** Deletes test messages, which hang on no job. Gives how many there were, at most `batch`. */
export async function removeOldTests(database: Database, days: number, batch: number): Promise<number> {
  const [row] = await database.query<{ removed: number }>(EXPIRE_TESTS, [days, batch])
  return row?.removed ?? 0
}
