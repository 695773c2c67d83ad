import { ConfigError, type Config } from '../config.ts'
import type { Keyring } from './keyring.ts'

/**
 * Without keys whoever reaches the port may do everything, so it listens on loopback only, unless the operator says
 * that more is meant. Throws a `ConfigError`; fails where the database is away.
 */
export async function refuseOpenListening(
  { HOST, ALLOW_ANONYMOUS }: Pick<Config, 'HOST' | 'ALLOW_ANONYMOUS'>,
  keyring: Keyring,
): Promise<void> {
  const loopback = HOST === 'localhost' || HOST === '::1' || HOST.startsWith('127.')
  if (loopback || ALLOW_ANONYMOUS === 'true') return
  if (!keyring.closed) await keyring.look()
  if (keyring.closed) return
  throw new ConfigError(
    `HOST=${HOST} would open the service to everyone who reaches it; make a key first (npx conduit keys create), or set ALLOW_ANONYMOUS=true if that is meant`,
  )
}
