import { relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { connectionString, type Endpoint } from './endpoint.ts'
import { EmbeddedServerError } from './errors.ts'

/**
 * One user's claim on a server: a session that has the server's advisory lock, shared.
 *
 * Each service that uses the server keeps one, and the last to leave is who gets the lock alone. A service that is
 * killed loses its session, and its claim with it, so nothing stale can keep a server alive; and it says the same
 * across containers, where process numbers say nothing.
 */
export type ServerHold = {
  readonly endpoint: Endpoint
  readonly client: pg.Client
}

/** The lock's key: "cond" and "uit". Locks belong to a database, and in `postgres` there are no others. */
const KEY = '0x636f6e6475697400'
const DATABASE = 'postgres'

const CONNECT_TIMEOUT_MS = 5_000

/** Making a database takes a tenth of a second, and seconds on a poor disk; a frozen server would take for ever. */
const QUERY_TIMEOUT_MS = 60_000

/**
 * Claims a server that says it is ready; undefined where another user, its last, is about to stop it. Fails like any
 * connection while it can't be had.
 */
export async function takeHold(endpoint: Endpoint, cluster: string): Promise<ServerHold | undefined> {
  const client = new pg.Client({
    connectionString: connectionString(endpoint, DATABASE),
    application_name: 'conduit embedded',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    options: '-c statement_timeout=0 -c idle_session_timeout=0',
  })
  client.on('error', () => undefined) // its end is what counts, and `end` tells that
  try {
    await client.connect()
    const sql = `SELECT pg_try_advisory_lock_shared(${KEY}) AS held, current_setting('data_directory') AS folder`
    const { rows } = await client.query<{ held: boolean; folder: string }>(sql)
    const [answer] = rows
    // Compared as the system does: Windows has two ways to write a path.
    if (answer === undefined || relative(answer.folder, cluster) !== '') throw foreign(cluster, answer?.folder)
    if (answer.held) return { endpoint, client }
  } catch (error) {
    await letGo(client)
    throw error
  }
  await letGo(client)
  return undefined
}

function foreign(cluster: string, folder: string | undefined): EmbeddedServerError {
  const what = `The server that answers for ${cluster} runs on ${folder}: was that folder moved or copied?`
  return new EmbeddedServerError('foreign-server', `${what} Stop it ("pg_ctl stop -D ${folder}") and start again.`)
}

/** A service that was killed is gone before its session is: who leaves just then asks so often, so far apart. */
const ASKS = 10
const ASK_AGAIN_MS = 50

/**
 * Gives the claim up, and says whether it was the last: then nobody can claim this server any more before the session
 * ends, and it is ours to stop. Gives first and asks then, so that of two who leave together one is the last.
 */
export async function isLast({ client }: ServerHold): Promise<boolean> {
  await client.query(`SELECT pg_advisory_unlock_shared(${KEY})`)
  for (let asked = 1; ; asked++) {
    const { rows } = await client.query<{ alone: boolean }>(`SELECT pg_try_advisory_lock(${KEY}) AS alone`)
    if (rows[0]?.alone === true) return true
    if (asked === ASKS) return false
    await sleep(ASK_AGAIN_MS)
  }
}

/** Ends the session. One that has failed already is ended, too. */
export async function letGo(client: pg.Client): Promise<void> {
  await client.end().catch(() => undefined)
}

/** Makes a database where it is missing. Another start may do the same at the same moment. */
export async function ensureDatabase({ client }: ServerHold, name: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
  if (rowCount !== 0) return
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE template0`)
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || !['42P04', '23505'].includes(error.code ?? '')) throw error
  }
}
