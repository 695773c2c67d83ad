import { revokeKey as revokeStoredKey } from '../../store/access/keys.ts'
import { actorOf, type Caller, realmOf, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkKeyId, noSuchKey } from './keys.ts'

/** Makes a key open nothing any more, within 5 s on every replica. A second time changes nothing. Throws `not-found`. */
export async function revokeKey(
  { database, keyring }: Pick<ServiceDeps, 'database' | 'keyring'>,
  caller: Caller,
  given: string,
): Promise<void> {
  requireScope(caller, 'admin')
  const id = checkKeyId(given)
  const isThere = await revokeStoredKey(database, id, realmOf(caller), actorOf(caller))
  if (!isThere) throw noSuchKey(id)
  keyring.forget(id)
}
