import pg from 'pg'

/** The database did not answer, or can't work now. What was asked may have been done all the same. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'

  constructor(cause: unknown) {
    super('the database is not available', { cause })
  }
}

/**
 * Whether an error with this SQLSTATE, or none, will pass: what was asked may be asked again. What Postgres did not say
 * itself is the connection's fault. Of what it says these blame the moment, or what an operator can mend, and never the
 * statement: 08 connection, 25 the state of a session or a server (25006: read-only, a standby), 26 and 42P05 a pooler
 * that mixes sessions up, 28 the role may not come in (a password that was changed), 3D the database is gone, 40 a
 * rollback for others' sake, 42501 a right that was taken away, 42P01 and 3F000 a table or a schema that a restore has
 * dropped, to make it again, 53 resources, 55 a lock or a state, 57 a shutdown, a start or a time-out, 58 the system,
 * 0A000 a plan older than its table, XX the server itself.
 * Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function speaksOfOutage(code: string | undefined): boolean {
  return code === undefined || PASSING.test(code)
}

const PASSING = /^(08|25|26|28|3D|40|53|55|57|58|XX|0A000|42P05|42501|42P01|3F000)/

/** SQLSTATE classes that blame the data of a statement: 22 data exception, 23 constraint, 54 program limit. */
export function isDataError(error: unknown): boolean {
  const code = sqlState(error)
  return code !== undefined && (code.startsWith('22') || code.startsWith('23') || code.startsWith('54'))
}

/** 23505: a row with this key is there already. */
export function isTaken(error: unknown, constraint: string): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505' && error.constraint === constraint
}

/** 55P03: somebody else holds a lock that the statement needed, for longer than it was to wait. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === '55P03'
}

/** 53300: there is no room for another connection. */
export function isOutOfConnections(error: unknown): boolean {
  return causeOf(error).code === '53300'
}

/** The five characters by which Postgres names an error, if it was Postgres that said it. */
export function sqlState(error: unknown): string | undefined {
  const cause = error instanceof DatabaseUnavailable ? error.cause : error
  return cause instanceof pg.DatabaseError ? cause.code : undefined
}

/** What lies under a `DatabaseUnavailable`: its code (a SQLSTATE, or the system's) and what was said. */
export function causeOf(error: unknown): { readonly code: string | null; readonly message: string } {
  const cause = error instanceof DatabaseUnavailable ? error.cause : error
  if (!(cause instanceof Error)) return { code: null, message: String(cause) }
  // Of several addresses that were tried the first tells enough.
  const told: unknown = cause instanceof AggregateError ? cause.errors[0] : cause
  const from = told instanceof Error ? told : cause
  return { code: 'code' in from && typeof from.code === 'string' ? from.code : null, message: from.message }
}
