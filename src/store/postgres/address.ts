import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type pg from 'pg'

/** A URL of a database that can't be used as it is. The message is one line, without credentials. */
export class AddressError extends Error {
  override readonly name = 'AddressError'
}

/** How to connect, as a URL says it. */
export type Address = {
  /** For `pg`, without what is told apart here. */
  readonly connection: Pick<pg.ClientConfig, 'connectionString' | 'ssl'> & { readonly enableChannelBinding?: boolean }
  /** The schema that holds the tables; null: the first of the role's search path. */
  readonly schema: string | null
}

/** Handed on to `pg` as they are. */
const HANDED_ON = ['host', 'port', 'user', 'password', 'application_name', 'fallback_application_name', 'options']

const READ_HERE = ['schema', 'ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'channel_binding', 'gssencmode']

/** What other tools write, and what says the same here. */
const INSTEAD: Readonly<Record<string, string>> = {
  connection_limit: 'set DATABASE_CONNECTIONS instead',
  pool_timeout: 'leave it out: requests wait for a connection as long as for an answer',
  connect_timeout: 'leave it out: a server that is silent for 10 s is given up',
  socket_timeout: 'leave it out: LEASE_SECONDS says how long an answer is waited for',
  pgbouncer: 'leave it out: a pooler is found by asking, and must give each client a session of its own',
  statement_cache_size: 'leave it out: a pooler is found by asking',
  search_path: 'write schema instead',
  currentSchema: 'write schema instead',
  dbname: 'write the database behind the host, as in host:5432/name',
  target_session_attrs: 'name one host that leads to the primary',
  sslaccept: 'write sslmode=no-verify, or name the authority by sslrootcert',
}

/**
 * Reads a URL. What it asks for is honoured or refused: a parameter that passed in silence would put tables into the
 * wrong schema, or leave a connection unencrypted.
 *
 * Throws an `AddressError`.
 */
export function readAddress(url: string): Address {
  refuseSeveralHosts(url)
  const [front = '', query = ''] = url.split('?', 2)
  const given = new URLSearchParams(query)
  for (const name of given.keys()) {
    if (HANDED_ON.includes(name) || READ_HERE.includes(name)) continue
    throw new AddressError(`the parameter ${name} is not known: ${INSTEAD[name] ?? `known are ${KNOWN}`}`)
  }
  const rest = new URLSearchParams([...given].filter(([name]) => HANDED_ON.includes(name)))
  const connectionString = rest.size > 0 ? `${front}?${rest}` : front
  if (given.get('gssencmode') === 'require') throw new AddressError('gssencmode=require is not supported; use sslmode')
  const ssl = readTls(given)
  const binding = { enableChannelBinding: given.get('channel_binding') === 'require' }
  return { connection: { connectionString, ...ssl, ...binding }, schema: readSchema(given) }
}

const KNOWN = [...HANDED_ON, ...READ_HERE].join(', ')

function refuseSeveralHosts(url: string): void {
  const authority = /^[a-z]+:\/\/(?:[^@/?]*@)?([^/?]*)/.exec(url)?.[1] ?? ''
  const hosts = authority.includes(',') ? authority : (/[?&]host=([^&]*,[^&]*)/.exec(url)?.[1] ?? '')
  if (hosts === '') return
  throw new AddressError(`it names several hosts (${hosts}): name one, which always leads to the primary`)
}

function readSchema(given: URLSearchParams): string | null {
  const schema = given.get('schema')
  if (schema === '') throw new AddressError('schema is empty: name one, or leave it out')
  return schema
}

/**
 * What a URL says of TLS, for `pg`, which else would read it itself and print a page about it at each start. `require`
 * and `verify-ca` verify as `verify-full` does: whoever asks for encryption is not sent to just anybody.
 */
function readTls(given: URLSearchParams): { ssl?: boolean | ConnectionOptions } {
  const files = readFiles(given)
  const mode = given.get('sslmode') ?? modeOf(given.get('ssl'), files)
  switch (mode) {
    case null:
      return {}
    case 'disable':
      return { ssl: false }
    case 'no-verify':
      return { ssl: { ...files, rejectUnauthorized: false } }
    case 'require':
    case 'verify-ca':
    case 'verify-full':
      return { ssl: files }
    case 'allow':
    case 'prefer':
      throw new AddressError(`sslmode=${mode} may go on unencrypted: write require, or disable`)
    default:
      throw new AddressError(`sslmode=${mode} is not known: require, verify-full, no-verify or disable`)
  }
}

function modeOf(ssl: string | null, files: ConnectionOptions): string | null {
  if (ssl === 'false' || ssl === '0') return 'disable'
  if (ssl !== null) return ssl === 'no-verify' ? ssl : 'require'
  return Object.keys(files).length > 0 ? 'require' : null
}

function readFiles(given: URLSearchParams): ConnectionOptions {
  const options: ConnectionOptions = {}
  for (const [parameter, option] of [
    ['sslrootcert', 'ca'],
    ['sslcert', 'cert'],
    ['sslkey', 'key'],
  ] as const) {
    const path = given.get(parameter)
    if (path !== null && path !== 'system') options[option] = readFile(parameter, path)
  }
  return options
}

function readFile(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AddressError(`${parameter}=${path} can't be read: ${reason}`, { cause: error })
  }
}
