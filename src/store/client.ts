import pg from 'pg'
import { encodeArrays } from './arrays.ts'
import type { PrismaClient } from './generated/client.ts'
import { openModels } from './models.ts'
import { readAddress } from './postgres/address.ts'
import { DatabaseUnavailable, speaksOfOutage, sqlState } from './postgres/failures.ts'
import { ConnectionPool } from './postgres/pool.ts'
import type { Statement } from './statement.ts'

/** The connections of this process. Hot statements go through `query`, ordinary reads and writes through `models`. */
export type Database = {
  /** Runs a statement that is prepared once a connection, under its name. @param answerMs a wait of its own */
  query<Row extends pg.QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
    answerMs?: number,
  ): Promise<Row[]>
  /**
   * Asks Prisma's models, under a name for those who observe. Its client is loaded by the first question: what stands
   * before every request, or runs before the service is ready, goes through `query`.
   */
  models<Answer>(name: string, question: (client: PrismaClient) => Promise<Answer>): Promise<Answer>
  /** Loads Prisma's client now. */
  loadModels(): Promise<void>
  /** What the models stand on: statements that are planned anew each time. */
  readonly pool: pg.Pool
  /** The schema that holds the tables; null: the first of the role's search path. */
  readonly schema: string | null
  /** The process ends: from now on a silent line is given up after two seconds. */
  hurry(): void
  /** The process has waited long enough: what is under way fails now, and so does whatever is asked later. */
  abandon(): void
  /** How many connections there are, and how many statements wait for one. */
  connections(): { readonly busy: number; readonly idle: number; readonly waiting: number }
  /** Waits for what is under way, for some seconds. */
  close(): Promise<void>
}

/** Which database, and how much of it is used at once. */
export type DatabaseOptions = {
  readonly connectionString: string
  /** Connections at most. Default 14. */
  readonly max?: number
  /** A statement that is not answered by then fails, and its connection is given up. Default 30,000. */
  readonly timeoutMs?: number
  /** Connections are kept for so long while nobody needs them; 0: for good. Default 10,000. */
  readonly idleMs?: number
  /** Told of statements that could not be carried out now, by their names. */
  readonly onUnavailable?: (statement: string, error: DatabaseUnavailable) => void
  /** Told of connections that fail while idle: the pool replaces them. */
  readonly onIdleError?: (error: Error) => void
}

const TIMEOUT_MS = 30_000
const CONNECTIONS = 14
const IDLE_MS = 10_000

/** The server gives up first, so that it holds no statement that nobody waits for. */
const STATEMENT_SHARE = 0.6

/** What waits for others' locks lets its own go: who holds one for longer is no statement of ours. */
const LOCK_MS = 400
const OTHER_LOCK_MS = 2000

/** In a drain nothing waits for a silent line for longer. */
const HURRY_MS = 2000

/** How long a close waits for statements on their way, in milliseconds. */
const CLOSE_MS = 1000

/**
 * `enable_seqscan=off`: a plan that was made on empty tables would scan them for ever. `jit=off`: without it such plans
 * look so costly that each is compiled first.
 */
const PLANS = { jit: 'off', enable_seqscan: 'off' }

/**
 * The hot statements are planned once a connection. Left to itself Postgres plans small groups anew each time, which
 * costs more than running them (accepting one job: 1.5 ms against 0.6).
 */
const HOT_PLANS = { ...PLANS, plan_cache_mode: 'force_generic_plan' }

const JSON_OID = 114
const TIMESTAMPTZ_OID = 1184

/** JSON stays text and moments become milliseconds: the store decides what is parsed. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === JSON_OID) return (text: string) => text
    if (oid === TIMESTAMPTZ_OID)
      return (text: string) => Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text')
  },
}

/** Opens the pools. Nothing connects before the first query. Throws an `AddressError`. */
export function openDatabase(options: DatabaseOptions): Database {
  const { hot, other, schema } = openPools(options)
  const models = openModels(other.pool, schema)
  /** Tells of what could not be carried out now. */
  const failed = (name: string, error: unknown): never => {
    if (error instanceof DatabaseUnavailable) options.onUnavailable?.(name, error)
    throw error
  }
  return {
    pool: other.pool,
    schema,
    models: (name, question) =>
      other.withRoom(() => models.ask(question)).catch((error: unknown) => failed(name, error)),
    loadModels: models.load,
    query: async ({ name, text, encoders }, values, answerMs) => {
      const encoded = encodeArrays(encoders, values)
      try {
        return await hot.query({ name, text, values: encoded }, answerMs)
      } catch (error) {
        return failed(name, speaksOfOutage(sqlState(error)) ? new DatabaseUnavailable(error) : error)
      }
    },
    hurry: () => {
      hot.hurry(HURRY_MS)
      other.hurry(HURRY_MS)
    },
    abandon: () => {
      hot.abandon()
      other.abandon()
    },
    connections: () => countConnections([hot.pool, other.pool]),
    close: async () => {
      await models.close()
      await Promise.all([hot.close(CLOSE_MS), other.close(CLOSE_MS)])
    },
  }
}

/** Two pools: what is hot must not wait for what is not. */
function openPools(options: DatabaseOptions) {
  const { connectionString, max = CONNECTIONS, timeoutMs = TIMEOUT_MS, idleMs = IDLE_MS } = options
  const address = readAddress(connectionString)
  const { schema } = address
  const others = Math.min(4, Math.ceil(max / 4))
  const statementMs = timeoutMs * STATEMENT_SHARE
  const shared = {
    address,
    name: 'conduit',
    answerMs: timeoutMs,
    idleMs,
    types: TYPES,
    onIdleError: options.onIdleError ?? (() => undefined),
  }
  const hot = new ConnectionPool({
    ...shared,
    max: Math.max(1, max - others),
    session: { schema, statementMs, lockMs: Math.min(LOCK_MS, statementMs), settings: HOT_PLANS },
    onNoRoom: () => other.leaveRoom(),
    // Something is written each half second: here it is found for both.
    onReadOnly: () => {
      hot.renew()
      other.renew()
    },
  })
  const other = new ConnectionPool({
    ...shared,
    max: others,
    // Where requests take all the room that there is, lists would have none for ever.
    onNoRoom: () => hot.leaveRoom(),
    session: { schema, statementMs, lockMs: Math.min(OTHER_LOCK_MS, statementMs), settings: PLANS },
  })
  return { hot, other, schema }
}

function countConnections(pools: readonly pg.Pool[]): ReturnType<Database['connections']> {
  const sum = (of: (pool: pg.Pool) => number): number => pools.reduce((total, pool) => total + of(pool), 0)
  const idle = sum(({ idleCount }) => idleCount)
  return {
    busy: sum(({ totalCount }) => totalCount) - idle,
    idle,
    // Some are given an idle connection in this very turn.
    waiting: Math.max(0, sum(({ waitingCount }) => waitingCount) - idle),
  }
}
