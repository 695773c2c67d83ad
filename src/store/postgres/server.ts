import pg from 'pg'
import type { Address } from './address.ts'
import { answeredWithin, connectTo } from './connect.ts'

/** What a server can't give. The message is one line that says what to do. */
export class ServerUnfit extends Error {
  override readonly name = 'ServerUnfit'
}

/** How many connections may be had, and who says so. */
export type ConnectionRoom = { readonly connections: number; readonly of: string }

/** What a look at a server found. */
export type Server = {
  /** Null: as many connections as one likes. */
  readonly room: ConnectionRoom | null
  /** Settings by which a crash of the server loses commits that were answered; operators may want that. */
  readonly forgetful: readonly string[]
}

const ANSWER_MS = 10_000

/** The look at sessions is a few statements more. */
const ROUNDS_MS = 20_000

/**
 * Looks at the server behind an address before it is relied on: that each client has a session of its own, that it can be
 * written, how many connections it gives, and whether it keeps what it has answered.
 *
 * Throws a `ServerUnfit`, and whatever a connection fails with.
 */
export async function inspectServer(address: Address): Promise<Server> {
  await using stack = new AsyncDisposableStack()
  const client = await connect(address, stack)
  const { rows } = await answeredWithin(client, ANSWER_MS, () => client.query<Seen>(LOOK))
  const [seen] = rows
  if (seen === undefined) throw new Error('the look at the server gave no row')
  refuseReadOnly(seen)
  // A server tells each client its process; a pooler makes a number up.
  if (seen.pid !== processOf(client)) await refuseSharedSessions(address, client, stack)
  return { room: roomOf(seen), forgetful: DURABLE.filter((name) => seen[name] === 'off').map((name) => `${name}=off`) }
}

/** Whether what an address leads to can be written, and why not. */
export type Writability = { readonly readonly: boolean; readonly standby: boolean }

/** Columns of a query that gives a `Writability`. */
export const WRITABILITY = `current_setting('transaction_read_only')::bool as readonly, pg_is_in_recovery() as standby`

/**
 * Throws a `ServerUnfit` where nothing can be written. A default is no slip to be overruled: providers set it where a disk
 * is full, operators where others are to write.
 */
export function refuseReadOnly({ readonly, standby }: Writability): void {
  if (!readonly) return
  throw new ServerUnfit(standby ? 'the server is read-only (a standby): name the primary' : READ_ONLY_BY_DEFAULT)
}

const READ_ONLY_BY_DEFAULT =
  'transactions are read-only by default (default_transaction_read_only of the server, the database or the role): set it off for this role'

/** `off` in one of these, and a crash of the server loses what was committed; the rest of the world calls it durable. */
const DURABLE = ['synchronous_commit', 'fsync', 'full_page_writes'] as const

type Limits = { role: number; database: number; server: number; superuser: boolean }
type Seen = Writability & Limits & { pid: number } & Record<(typeof DURABLE)[number], string>

/** The limit of a role does not hold for superusers. */
const LOOK = `
select pg_backend_pid() as pid, ${WRITABILITY}, ${DURABLE.map((name) => `current_setting('${name}') as ${name}`).join(', ')},
       r.rolsuper as superuser,
       r.rolconnlimit as role, d.datconnlimit as database,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0) as server
from pg_roles r, pg_database d where r.rolname = session_user and d.datname = current_database()`

function roomOf({ role, database, server, superuser }: Limits): ConnectionRoom | null {
  const limits = [
    { connections: superuser ? -1 : role, of: 'the role' },
    { connections: superuser ? -1 : database, of: 'the database' },
    { connections: server, of: 'the server' },
  ].filter(({ connections }) => connections >= 0)
  return limits.toSorted((a, b) => a.connections - b.connections)[0] ?? null
}

async function connect(address: Address, stack: AsyncDisposableStack): Promise<pg.Client> {
  const client = await connectTo(address, { name: 'conduit start', answerMs: ROUNDS_MS })
  stack.defer(() => client.end())
  return client
}

/** Other clients of a pooler may come in between: a few rounds leave no doubt. */
const ROUNDS = 5

/**
 * Whether a pooler gives a client's session to others between transactions: while one client is connected, another in a
 * transaction meets its session, or it meets another one itself afterwards.
 */
async function refuseSharedSessions(address: Address, client: pg.Client, stack: AsyncDisposableStack): Promise<void> {
  const other = await connect(address, stack)
  const own = await backendOf(client)
  for (let round = 0; round < ROUNDS; round++) {
    const met = await inTransaction(other)
    if (met === null || met === own || (await backendOf(client)) !== own) throw new ServerUnfit(SHARED)
  }
}

const SHARED =
  'it leads through a pooler that gives each transaction another session (transaction or statement mode), where settings and prepared statements get lost: use its session mode, or the address of the server itself'

async function backendOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid ?? 0
}

/** The backend of a transaction; null where transactions are refused. */
async function inTransaction(client: pg.Client): Promise<number | null> {
  try {
    await client.query('begin')
    const pid = await backendOf(client)
    await client.query('commit')
    return pid
  } catch (error) {
    if (error instanceof pg.DatabaseError) return null
    throw error
  }
}

/** `pg` has it, its types don't. */
function processOf(client: pg.Client): number | null {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : null
}
