import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import type { MessageKey } from './message.ts'

/** A message that this replica is to send. */
export type ClaimedMessage = MessageKey & {
  readonly id: string
  readonly event: string
  /** Attempts of the schedule that were made before. */
  readonly tries: number
  readonly createdAt: number
  /** When it was claimed, by the database's time. */
  readonly claimedAt: number
  /** The replica, as it was called when it claimed. */
  readonly owner: number
}

/** How many more messages an endpoint may be given. */
export type EndpointRoom = { readonly endpoint: string; readonly room: number }

/** Of an endpoint that shares its host's room with others. */
export type SharedRoom = EndpointRoom & { readonly host: string; readonly answers: boolean }

/** How many more messages a host may be given, for all of its endpoints together. */
export type HostRoom = { readonly host: string; readonly room: number }

/** What a replica asks for: which endpoints have room for how much, and how much it can send itself. */
export type MessageClaim = {
  readonly replica: number
  /** Endpoints that answer: each is asked for, whatever else waits. */
  readonly answering: readonly EndpointRoom[]
  readonly answeringSlots: number
  /** Endpoints that are known not to answer. */
  readonly failing: readonly EndpointRoom[]
  /** Endpoints, answering or not, that share the room of a host, and these hosts; whoever comes first gets it. */
  readonly shared: readonly SharedRoom[]
  readonly hosts: readonly HostRoom[]
  /** For those that don't answer, and for all others together. */
  readonly otherSlots: number
  /** How many messages an endpoint of which nothing is known may be given. */
  readonly strangerRoom: number
  /** The other endpoints are looked for behind this one, at most so many. */
  readonly after: string
  readonly look: number
}

/** The messages of an endpoint `e` that are to be sent, up to its room. */
const readyOf = `
      select job_id, tenant, seq, endpoint from message where state = 'ready' and endpoint = e.endpoint
      order by id limit e.room for update skip locked
    `

/**
 * Claims messages, fair between endpoints: each gets no more than it has room for, those that answer have slots of their
 * own, the others take turns behind `after`. Endpoints of a host that has less room than they have are read one after the
 * other until the host's room is used up.
 *
 * Plan: for each answering endpoint, and for those of full hosts, a range of message_ready; for the others a loose scan
 * over it, one look-up an endpoint. Locks: SKIP LOCKED, so claimers never wait for each other. The update joins the replica's live row: one
 * whose lease ran out claims nothing.
 */
const CLAIM_MESSAGES = statement({
  name: 'claim-messages',
  text: `
with recursive looked as (
  (select endpoint, 1 as n from message where state = 'ready' and endpoint > $7::text order by endpoint limit 1)
  union all
  select nxt.endpoint, looked.n + 1
  from looked, lateral (
    select m.endpoint from message m where m.state = 'ready' and m.endpoint > looked.endpoint order by m.endpoint limit 1
  ) nxt
  where looked.n < $8::int
), answering as (
  select * from unnest($2::text[], $3::int[]) as t(endpoint, room)
), failing as (
  select * from unnest($5::text[], $6::int[]) as t(endpoint, room)
), shared as (
  select * from unnest($11::text[], $12::int[], $13::text[], $14::bool[]) as t(endpoint, room, host, answers)
), host as (
  select * from unnest($15::text[], $16::int[]) as t(host, room)
), others as (
  select l.endpoint, coalesce(f.room, $10::int) as room
  from looked l left join failing f on f.endpoint = l.endpoint left join answering a on a.endpoint = l.endpoint
    left join shared s on s.endpoint = l.endpoint
  where a.endpoint is null and s.endpoint is null
), first as materialized (
  select * from (
    select m.* from answering e, lateral (${readyOf}) m
    union all
    select m.* from host h, lateral (
      select m.* from shared e, lateral (${readyOf}) m where e.host = h.host and e.answers limit h.room
    ) m
  ) m limit $4::int
), second as materialized (
  select * from (
    select m.* from others e, lateral (${readyOf}) m
    union all
    select m.* from host h, lateral (
      select m.* from shared e, lateral (${readyOf}) m where e.host = h.host and not e.answers limit h.room
    ) m
  ) m limit $9::int
), picked as materialized (
  select * from first union all select * from second
), taken as (
  update message set state = 'sending', owner = r.id
  from picked p, replica r
  where message.job_id = p.job_id and message.tenant = p.tenant and message.seq = p.seq and message.endpoint = p.endpoint
    and r.id = $1::int and r.expires_at > clock_timestamp()
  returning message.job_id, message.tenant, message.seq, message.endpoint, message.id, message.event, message.tries,
            message.created_at, clock_timestamp() as claimed_at
)
select s.looked, s.last, taken.* from (select count(*)::int as looked, max(endpoint) as last from looked) s
left join taken on true
order by taken.id`,
})

type Row = { looked: number; last: string | null } & (
  | { job_id: null }
  | {
      job_id: string
      tenant: string
      seq: number
      endpoint: string
      id: string
      event: string
      tries: number
      created_at: number
      claimed_at: number
    }
)

/** Claims messages. `after` is where the next look at the others begins; `more`: there may be more endpoints behind it. */
export async function claimMessages(
  database: Database,
  claim: MessageClaim,
): Promise<{ messages: ClaimedMessage[]; after: string; more: boolean }> {
  const { replica, answering, failing, shared, hosts } = claim
  const rows = await database.query<Row>(CLAIM_MESSAGES, [
    replica,
    answering.map(({ endpoint }) => endpoint),
    answering.map(({ room }) => room),
    claim.answeringSlots,
    failing.map(({ endpoint }) => endpoint),
    failing.map(({ room }) => room),
    claim.after,
    claim.look,
    claim.otherSlots,
    claim.strangerRoom,
    shared.map(({ endpoint }) => endpoint),
    shared.map(({ room }) => room),
    shared.map(({ host }) => host),
    shared.map(({ answers }) => answers),
    hosts.map(({ host }) => host),
    hosts.map(({ room }) => room),
  ])
  const { looked = 0, last = null } = rows[0] ?? {}
  const more = looked === claim.look
  const messages = rows.flatMap((row) => (row.job_id === null ? [] : [readMessage(row, replica)]))
  return { messages, after: more ? (last ?? '') : '', more }
}

function readMessage(row: Extract<Row, { job_id: string }>, owner: number): ClaimedMessage {
  const { tenant, seq, endpoint, id, event, tries } = row
  const { job_id: jobId, created_at: createdAt, claimed_at: claimedAt } = row
  return { tenant, jobId, seq, endpoint, id, event, tries, createdAt, claimedAt, owner }
}
