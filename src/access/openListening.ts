import { ConfigError } from '../config/read.ts'
import type { Config } from '../config/settings.ts'
import { listOf } from '../config/listOf.ts'
import { isLoopback } from './hosts.ts'
import type { Keyring } from './keyring.ts'

/**
 * Without keys whoever reaches the port may do everything: it listens on loopback only, and no page of any origin may
 * call it, unless the operator says that more is meant. Throws a `ConfigError`; fails where the database is away.
 */
export async function refuseOpenListening(
  { HOST, ALLOW_ANONYMOUS, CORS_ORIGINS }: Pick<Config, 'HOST' | 'ALLOW_ANONYMOUS' | 'CORS_ORIGINS'>,
  keyring: Keyring,
): Promise<void> {
  const everyPage = listOf(CORS_ORIGINS).includes('*')
  if ((isLoopback(HOST) && !everyPage) || ALLOW_ANONYMOUS === 'true') return
  if (!keyring.closed) await keyring.look()
  if (keyring.closed) return
  const what = everyPage
    ? 'CORS_ORIGINS=* would open the service to every page that a browser on this machine shows'
    : `HOST=${HOST} would open the service to everyone who reaches it`
  throw new ConfigError(
    `${what}; make a key first (npx conduit keys create), or set ALLOW_ANONYMOUS=true if that is meant`,
  )
}
