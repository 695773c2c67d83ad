import pg from 'pg'

/** What a session of ours must have, whatever the database, its roles or a session before it say. */
export type SessionOptions = {
  /** The schema that holds the tables; null: the first of the role's search path. */
  readonly schema: string | null
  /** The server gives a statement up after so long. */
  readonly statementMs: number
  /** It waits for a lock no longer. */
  readonly lockMs: number
  /** More of the same, by their names. */
  readonly settings?: Readonly<Record<string, string>>
}

/**
 * The forms in which values are read and written, pinned: a database may have others by default. And nothing but read
 * committed: under stricter levels rows that others change are an error where here they are waited for.
 */
const FORMS = {
  client_encoding: 'UTF8',
  datestyle: 'ISO',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  array_nulls: 'on',
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  row_security: 'on',
}

/**
 * The statements that make a session ours, in one message, sent once a connection is there. Not in the packet that opens it:
 * poolers refuse what they don't know there.
 */
export function sessionText({ schema, statementMs, lockMs, settings = {} }: SessionOptions): string {
  const all: Record<string, string> = {
    ...FORMS,
    statement_timeout: String(Math.round(statementMs)),
    lock_timeout: String(Math.round(lockMs)),
    idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_MS),
    idle_session_timeout: '0', // ours wait for work, for notifications, for the next renewal of a lease
    ...settings,
  }
  const sets = Object.entries(all).map(([name, value]) => `set ${name} = ${pg.escapeLiteral(value)}`)
  if (schema !== null) sets.push(`set search_path = ${pg.escapeIdentifier(schema)}`)
  return [...sets, WHERE_KNOWN].join('; ')
}

/**
 * What some servers would refuse the name or the value of. `transaction_timeout`, of Postgres 17 and newer, would cut a
 * connection in the middle of a statement. Large values are packed by LZ4 where the server has it, at a fifth of the time
 * and to about the same size, unless somebody chose for this server.
 */
const WHERE_KNOWN = `
select set_config(name, case name when 'transaction_timeout' then '0' else 'lz4' end, false) from pg_settings
where name = 'transaction_timeout'
   or name = 'default_toast_compression' and source = 'default' and 'lz4' = any(enumvals)`

/** Nothing of ours leaves a transaction open for so long; what a lost line left behind is ended. */
const IDLE_IN_TRANSACTION_MS = 60_000
