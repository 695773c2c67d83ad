import { changeKey as changeStoredKey } from '../../store/access/keys.ts'
import { expiryAsked, type KeyWire, parseKeyChange } from '../../wire/access.ts'
import { actorOf, type Caller, realmOf, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkKeyId, keyToWire, noKeyToChange } from './keys.ts'

/** A key, and what was posted about it. */
export type ChangeKeyRequest = { readonly id: string; readonly input: unknown }

/** Changes a key's name, or when it expires, within 5 s on every replica. Throws `not-found`, for a revoked key too, and `invalid-key`. */
export async function changeKey(
  { database, executor, keyring }: Pick<ServiceDeps, 'database' | 'executor' | 'keyring'>,
  caller: Caller,
  request: ChangeKeyRequest,
): Promise<KeyWire> {
  requireScope(caller, 'admin')
  const id = checkKeyId(request.id)
  const { name, expires_at } = parseKeyChange(request.input)
  const change = { name, expiresAt: expiryAsked(expires_at, executor.now()) }
  const row = await changeStoredKey(database, id, realmOf(caller), change, actorOf(caller))
  if (row === null) throw noKeyToChange(id)
  keyring.forget(id)
  return keyToWire(row)
}
