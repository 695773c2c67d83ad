import pg from 'pg'
import { encodeArrays } from './arrays.ts'
import type { Statement } from './statement.ts'

/** A pool of connections for the hot statements; `query` is all that the rest of the store uses. */
export type Database = {
  /** Runs a statement that is prepared once a connection, under its name. */
  query<Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>
  /** For everything else: statements whose plans depend on what they are asked for. */
  readonly pool: pg.Pool
  close(): Promise<void>
}

export type DatabaseOptions = {
  readonly connectionString: string
  /** Connections at most for the hot statements. Default 10. */
  readonly max?: number
  /** A statement that is not answered by then fails, and its connection is given up. Default 30,000. */
  readonly timeoutMs?: number
  /** Told of connections that fail while idle: the pool replaces them. */
  readonly onIdleError?: (error: Error) => void
}

const TIMEOUT_MS = 30_000
const OTHER_CONNECTIONS = 4

/**
 * `enable_seqscan=off`: a plan that was made on empty tables would scan them for ever. `jit=off`: without it such plans
 * look so costly that each is compiled first.
 */
const SESSION = '-c jit=off -c enable_seqscan=off -c timezone=UTC -c statement_timeout=60000'

/**
 * The hot statements are planned once a connection. Left to itself Postgres plans small groups anew each time, which
 * costs more than running them (accepting one job: 1.5 ms against 0.6).
 */
const HOT_SESSION = `${SESSION} -c plan_cache_mode=force_generic_plan`

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

/** Opens the pools. Nothing connects before the first query. */
export function openDatabase(options: DatabaseOptions): Database {
  const { connectionString, max = 10, timeoutMs = TIMEOUT_MS, onIdleError } = options
  // A pool is closed before its connections are: a server of our own that stops then ends them, which is no failure.
  let closing = false
  const open = (session: string, connections: number): pg.Pool => {
    const pool = new pg.Pool({
      connectionString,
      max: connections,
      options: session,
      application_name: 'conduit',
      query_timeout: timeoutMs,
      connectionTimeoutMillis: Math.min(10_000, timeoutMs),
      keepAlive: true,
      types: TYPES,
    })
    pool.on('error', (error) => {
      if (!closing) onIdleError?.(error)
    })
    return pool
  }
  const hot = open(HOT_SESSION, max)
  const pool = open(SESSION, OTHER_CONNECTIONS)
  return {
    pool,
    query: async ({ name, text, encoders }, values) => {
      const encoded = encodeArrays(encoders, values)
      try {
        return (await hot.query({ name, text, values: encoded })).rows
      } catch (error) {
        throw speaksOfOutage(sqlState(error)) ? new DatabaseUnavailable(error) : error
      }
    },
    close: async () => {
      closing = true
      await Promise.all([hot.end(), pool.end()])
    },
  }
}

/** The database did not answer, or can't work now. What was asked may have been done all the same. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'

  constructor(cause: unknown) {
    super('the database is not available', { cause })
  }
}

/**
 * Whether an error with this SQLSTATE, or none, will pass. What Postgres did not say itself is the connection's fault. Of what it says these speak of the moment: 08 connection,
 * 25006 read-only (a standby), 40 a rollback for others' sake, 53 resources, 57P a shutdown or a start, 57014 a
 * statement's time-out.
 */
export function speaksOfOutage(code: string | undefined): boolean {
  return code === undefined || code === '25006' || code === '57014' || /^(08|40|53|57P)/.test(code)
}

/** SQLSTATE classes that blame the data of a statement: 22 data exception, 23 constraint, 54 program limit. */
export function isDataError(error: unknown): boolean {
  const code = sqlState(error)
  return code !== undefined && (code.startsWith('22') || code.startsWith('23') || code.startsWith('54'))
}

/** The five characters by which Postgres names an error, if it was Postgres that said it. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}
