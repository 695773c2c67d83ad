import { claimParameter, holdsKey, type KeyClaim, takesKey } from '../access/requestKeys.ts'
import type { Database } from '../client.ts'
import type { Prisma } from '../generated/client.ts'
import { statement } from '../statement.ts'
import { NO_JOB } from './message.ts'
import type { RecordedAttempt } from './settle.ts'

/** A message as the list of deliveries shows it. `attempts` is JSON that was parsed. */
export type Delivery = {
  readonly id: string
  readonly event: string
  readonly job_id: string
  readonly seq: number
  readonly endpoint: string
  readonly state: string
  readonly created_at: number
  readonly due_at: number | null
  readonly attempts: readonly RecordedAttempt[]
}

/** Where a page of deliveries begins and how long it is. */
export type DeliveryPage = { readonly before: string | null; readonly limit: number }

const COLUMNS = 'm.id, m.event, m.job_id, m.seq, m.endpoint, m.state, m.created_at, m.due_at, m.attempts'

/** The same for Prisma's model. */
const SHOWN = {
  id: true,
  event: true,
  jobId: true,
  seq: true,
  endpoint: true,
  state: true,
  createdAt: true,
  dueAt: true,
  attempts: true,
} satisfies Prisma.MessageSelect

type Shown = Prisma.MessageGetPayload<{ select: typeof SHOWN }>

/** The column holds what `settleMessages` recorded. */
function isRecorded(attempts: unknown): attempts is RecordedAttempt[] {
  return Array.isArray(attempts)
}

function deliveryOf({ id, event, jobId, seq, endpoint, state, createdAt, dueAt, attempts }: Shown): Delivery {
  return {
    id,
    event,
    job_id: jobId,
    seq,
    endpoint,
    state,
    created_at: createdAt.getTime(),
    due_at: dueAt?.getTime() ?? null,
    attempts: isRecorded(attempts) ? attempts : [],
  }
}

/** What was and is to be sent to a webhook, newest first: a range of message_list, for ids are in order of time. */
export function deliveriesOfWebhook(
  database: Database,
  tenant: string,
  webhook: string,
  page: DeliveryPage,
): Promise<Delivery[]> {
  return readDeliveries(database, 'deliveries-of-webhook', { tenant, endpoint: webhook }, page)
}

/**
 * What was and is to be sent of a job, newest first: a range of the primary key, sorted. To its own callbacks alone, or also
 * to the webhooks that hear of it.
 */
export function deliveriesOfJob(
  database: Database,
  tenant: string,
  job: string,
  { withWebhooks, ...page }: DeliveryPage & { readonly withWebhooks: boolean },
): Promise<Delivery[]> {
  const endpoint = withWebhooks ? {} : { endpoint: { startsWith: 'cb_' } }
  return readDeliveries(database, 'deliveries-of-job', { tenant, jobId: job, ...endpoint }, page)
}

async function readDeliveries(
  database: Database,
  name: string,
  where: Prisma.MessageWhereInput & { readonly tenant: string },
  { before, limit }: DeliveryPage,
): Promise<Delivery[]> {
  const rows = await database.models(name, (client) =>
    client.message.findMany({
      select: SHOWN,
      where: { ...where, ...(before === null ? {} : { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: limit,
    }),
  )
  return rows.map(deliveryOf)
}

/** What it becomes depends on where it stands, so that is told within the statement that has its row. */
export const SEND_AGAIN = `state = case when m.state = 'sending' then m.state else 'ready' end,
  tries = case when m.state = 'sending' then m.tries else 0 end, due_at = null`

/** One entry of message_list; one row. */
const AGAIN_OF_WEBHOOK = statement({
  name: 'redeliver-of-webhook',
  text: `
with found as materialized (
  select job_id, tenant, seq, endpoint from message
  where endpoint = $1 and id = $2 and tenant = $3 for no key update
), ${takesKey('$4', 'found')}
update message m set ${SEND_AGAIN}
from found f
where m.job_id = f.job_id and m.tenant = f.tenant and m.seq = f.seq and m.endpoint = f.endpoint and ${holdsKey('$4')}
returning ${COLUMNS}`,
})

/**
 * Puts a message on its way again, with the whole schedule before it; null: there is none, or the request's key is taken.
 * One that is being sent stays.
 */
export async function redeliverOfWebhook(
  database: Database,
  tenant: string,
  webhook: string,
  id: string,
  claim: KeyClaim | null = null,
): Promise<Delivery | null> {
  const [row] = await database.query<Delivery>(AGAIN_OF_WEBHOOK, [webhook, id, tenant, claimParameter(claim)])
  return row ?? null
}

/** A range of the primary key: all messages of one job. */
const AGAIN_OF_JOB = statement({
  name: 'redeliver-of-job',
  text: `
with found as materialized (
  select job_id, tenant, seq, endpoint from message
  where job_id = $1 and tenant = $2 and endpoint like 'cb\\_%' and id = $3 for no key update
), ${takesKey('$4', 'found')}
update message m set ${SEND_AGAIN}
from found f
where m.job_id = f.job_id and m.tenant = f.tenant and m.seq = f.seq and m.endpoint = f.endpoint and ${holdsKey('$4')}
returning ${COLUMNS}`,
})

/** The same for a message to a callback of a job. */
export async function redeliverOfJob(
  database: Database,
  tenant: string,
  job: string,
  id: string,
  claim: KeyClaim | null = null,
): Promise<Delivery | null> {
  const [row] = await database.query<Delivery>(AGAIN_OF_JOB, [job, tenant, id, claimParameter(claim)])
  return row ?? null
}

/** One message to a webhook: one entry of message_list; null: there is none. */
export async function deliveryOfWebhook(
  database: Database,
  tenant: string,
  webhook: string,
  id: string,
): Promise<Delivery | null> {
  return readDelivery(database, 'delivery-of-webhook', { tenant, endpoint: webhook, id })
}

/** One message to a callback of a job: a range of the primary key; null: there is none. */
export async function deliveryOfJob(
  database: Database,
  tenant: string,
  job: string,
  id: string,
): Promise<Delivery | null> {
  return readDelivery(database, 'delivery-of-job', { tenant, jobId: job, endpoint: { startsWith: 'cb_' }, id })
}

async function readDelivery(
  database: Database,
  name: string,
  where: Prisma.MessageWhereInput & { readonly tenant: string },
): Promise<Delivery | null> {
  const row = await database.models(name, (client) => client.message.findFirst({ select: SHOWN, where }))
  return row === null ? null : deliveryOf(row)
}

/** One row. */
const TEST = statement({
  name: 'test-message',
  text: `
with ${takesKey('$5')}
insert into message as m (job_id, tenant, seq, endpoint, event, id)
select $1, $2, 0, $3, 'webhook.test', $4 where ${holdsKey('$5')}
returning ${COLUMNS}`,
})

/** Makes a message that tells of nothing; null: the request's key is taken. */
export async function addTestMessage(
  database: Database,
  tenant: string,
  webhook: string,
  id: string,
  claim: KeyClaim | null = null,
): Promise<Delivery | null> {
  const [row] = await database.query<Delivery>(TEST, [NO_JOB + id, tenant, webhook, id, claimParameter(claim)])
  return row ?? null
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
