import type { Database } from '../client.ts'
import { GivenRows } from '../givenRows.ts'
import { statement } from '../statement.ts'
import type { ClaimedMessage } from './claim.ts'

/** What an attempt met, as it stands in the list of deliveries. */
export type RecordedAttempt = {
  readonly at: string
  readonly status_code: number | null
  readonly error: string | null
  readonly duration_ms: number
}

/** Where a message goes on from here, and the attempt that was made, if one was. */
export type Settlement = {
  readonly message: ClaimedMessage
  readonly attempt: RecordedAttempt | null
} & (
  | { readonly state: 'delivered' | 'failed' | 'ready' }
  /** The next attempt is due in so many milliseconds. */
  | { readonly state: 'waiting'; readonly delayMs: number }
)

const SETTLEMENTS = new GivenRows<Settlement>(1, [
  ['job_id', 'text', ({ message }) => message.jobId],
  ['tenant', 'text', ({ message }) => message.tenant],
  ['seq', 'int', ({ message }) => message.seq],
  ['endpoint', 'text', ({ message }) => message.endpoint],
  ['owner', 'int', ({ message }) => message.owner],
  ['tries', 'int', ({ message }) => message.tries],
  ['state', 'text', ({ state }) => state],
  ['delay', 'float8', (settlement) => ('delayMs' in settlement ? settlement.delayMs : null)],
  ['attempt', 'text', ({ attempt }) => (attempt === null ? null : JSON.stringify(attempt))],
])

/**
 * Records attempts, fenced: a message that was given to another meanwhile, or is gone with its job, is left alone. Of the
 * attempts the last hundred are kept. Plan: by primary key. Locks: the messages' rows, in order of their keys.
 */
const SETTLE = statement({
  name: 'settle-messages',
  text: `
with held as materialized (
  select m.job_id, m.tenant, m.seq, m.endpoint, e.state, e.delay, e.attempt
  from ${SETTLEMENTS.as('e')}
  join message m on m.job_id = e.job_id and m.tenant = e.tenant and m.seq = e.seq and m.endpoint = e.endpoint
    and m.owner = e.owner and m.tries = e.tries
  order by e.job_id, e.tenant, e.seq, e.endpoint
  for no key update of m
)
update message set
  state = held.state,
  owner = null,
  due_at = case when held.state = 'waiting' then clock_timestamp() + make_interval(secs => held.delay / 1000) end,
  tries = message.tries + case when held.attempt is null then 0 else 1 end,
  attempts = case
    when held.attempt is null then message.attempts
    when jsonb_array_length(message.attempts) >= 100 then (message.attempts - 0) || held.attempt::jsonb
    else message.attempts || held.attempt::jsonb end
from held
where message.job_id = held.job_id and message.tenant = held.tenant and message.seq = held.seq
  and message.endpoint = held.endpoint`,
})

/** Records what became of messages that were claimed. */
export async function settleMessages(database: Database, settlements: readonly Settlement[]): Promise<void> {
  await database.query(SETTLE, SETTLEMENTS.values(settlements))
}
