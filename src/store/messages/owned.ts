import type { Database } from '../client.ts'
import { GivenRows } from '../givenRows.ts'
import { statement } from '../statement.ts'
import type { MessageKey } from './message.ts'

/** A message that a replica has by the database. `tries` tells one claim of it from the next. */
export type OwnedMessage = MessageKey & { readonly id: string; readonly tries: number }

/** What a replica is sending. Plan: message_sending. No locks. */
const OWNED = statement({
  name: 'owned-messages',
  text: `
select tenant, job_id as "jobId", seq, endpoint, id, tries from message where state = 'sending' and owner = $1::int`,
})

/** The messages that a replica is sending by the database. */
export function messagesOwnedBy(database: Database, replica: number): Promise<OwnedMessage[]> {
  return database.query<OwnedMessage>(OWNED, [replica])
}

const MESSAGES = new GivenRows<OwnedMessage>(2, [
  ['job_id', 'text', ({ jobId }) => jobId],
  ['tenant', 'text', ({ tenant }) => tenant],
  ['seq', 'int', ({ seq }) => seq],
  ['endpoint', 'text', ({ endpoint }) => endpoint],
  ['tries', 'int', ({ tries }) => tries],
])

/**
 * Lets messages go that a replica has by the database and does not send, fenced as settling is. Plan: by primary key.
 * Locks: the messages' rows, in order of their keys.
 */
const LET_GO = statement({
  name: 'let-messages-go',
  text: `
with held as materialized (
  select m.job_id, m.tenant, m.seq, m.endpoint
  from ${MESSAGES.as('e')}
  join message m on m.job_id = e.job_id and m.tenant = e.tenant and m.seq = e.seq and m.endpoint = e.endpoint
    and m.owner = $1::int and m.tries = e.tries and m.state = 'sending'
  order by e.job_id, e.tenant, e.seq, e.endpoint
  for no key update of m
)
update message set state = 'ready', owner = null
from held
where message.job_id = held.job_id and message.tenant = held.tenant and message.seq = held.seq
  and message.endpoint = held.endpoint`,
})

/** Lets go of these: whoever looks next sends them. */
export async function letMessagesGo(
  database: Database,
  replica: number,
  messages: readonly OwnedMessage[],
): Promise<void> {
  await database.query(LET_GO, [replica, ...MESSAGES.values(messages)])
}
