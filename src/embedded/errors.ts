/** Why there is no embedded server. Each has one remedy, which the message names. */
export type EmbeddedServerErrorCode =
  /** The binaries for this system aren't installed, or can't run on it. */
  | 'no-binaries'
  /** Postgres refuses to run as this user, or we can't become another. */
  | 'no-user'
  /** The folder, or one above it, is closed to whoever the server has to run as. */
  | 'unreachable-folder'
  /** `location` names a folder that isn't there. */
  | 'data-missing'
  /** Where the data should lie stands something that isn't a database. */
  | 'not-a-database'
  /** The data belongs to another user. */
  | 'wrong-owner'
  /** The data was written by another major version of Postgres. */
  | 'wrong-version'
  /** `initdb` failed. */
  | 'not-made'
  /** The server ended while starting. */
  | 'not-started'
  /** A server holds the folder and doesn't answer. */
  | 'not-answering'
  /** The server that answers belongs to another folder. */
  | 'foreign-server'
  /** The server goes on after it was told to stop. */
  | 'not-stopped'

/** The embedded server can't be had. The message names the folder and says what to do. */
export class EmbeddedServerError extends Error {
  override readonly name: string = 'EmbeddedServerError'
  readonly code: EmbeddedServerErrorCode

  constructor(code: EmbeddedServerErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** Whether the system (or the database) gave one of these codes as the reason of its error. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
