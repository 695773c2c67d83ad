import pg from 'pg'
import { MigrationError } from './migrations/files.ts'
import { AddressError } from './postgres/address.ts'
import { ConnectFailed } from './postgres/connect.ts'
import { causeOf, DatabaseUnavailable } from './postgres/failures.ts'
import { ServerUnfit } from './postgres/server.ts'

/** A connection that somebody else ended. */
const BROKEN =
  'see that the server runs, what its log says, and that nothing on the way (a pooler, a firewall) ends connections'

/** What the driver says, without a code, where the other side ended a connection without a word. */
const ENDED = ['Connection terminated unexpectedly', 'Connection terminated due to connection timeout']

/** By what the errors of a connection are known: SQLSTATE, or the code of Node; and what to do. */
const REMEDIES: Readonly<Record<string, string>> = {
  '3D000': 'create the database, or name another',
  '28000': 'check the role, and what pg_hba.conf lets in',
  '28P01': 'check the password',
  '25006': 'the server is read-only: name the primary',
  '42501': 'the role lacks a right: docs/operations.md lists the grants',
  '53300': 'no connection is free: end others, or raise the limit of the server or of the role',
  '53100': 'the disk of the server is full: make room there, and what waits goes on',
  '57P01': 'the server was stopped, or an administrator ended the session: see that it runs',
  '57P03': 'the server is starting or stopping: try again',
  ENOTFOUND: 'check the name of the host',
  ECONNREFUSED: 'nothing listens there: check host and port, and that the server runs',
  ECONNRESET: BROKEN,
  EPIPE: BROKEN,
  CERT_HAS_EXPIRED: "the server's certificate has expired: renew it",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another name: connect by that one",
}

const UNKNOWN_AUTHORITY =
  "the server's certificate is of an authority that is not known here: name its file by sslrootcert= in the URL or by NODE_EXTRA_CA_CERTS, or do without verifying by sslmode=no-verify"

const AUTHORITY_CODES = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]

/** Says in one line why the database can't be used, and what to do; null for an error that speaks of no database. */
export function explainDatabase(error: unknown): string | null {
  if (error instanceof AddressError || error instanceof ServerUnfit || error instanceof MigrationError)
    return error.message
  const speaks =
    error instanceof ConnectFailed || error instanceof DatabaseUnavailable || error instanceof pg.DatabaseError
  if (!speaks) return null
  const { code, message } = causeOf(error instanceof ConnectFailed ? error.cause : error)
  const said = message.replaceAll('\n', ' ')
  if (code === null) return ENDED.includes(said) ? `${said}: ${BROKEN}` : said
  const remedy = AUTHORITY_CODES.includes(code) ? UNKNOWN_AUTHORITY : REMEDIES[code]
  return remedy === undefined ? said : `${said} (${code}): ${remedy}`
}
