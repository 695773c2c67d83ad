import { makeKey } from '../../access/keyText.ts'
import { rotateKey as rotateStoredKey } from '../../store/access/keys.ts'
import { type NewKeyWire, overlapAsked } from '../../wire/access.ts'
import { actorOf, type Caller, realmOf, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import type { ChangeKeyRequest } from './change.ts'
import { checkKeyId, keyToWire, noSuchKey } from './keys.ts'

/** Gives a key a new secret, shown only here; the old one holds for a while. Throws `not-found` and `invalid-key`. */
export async function rotateKey(
  { database, keyring }: Pick<ServiceDeps, 'database' | 'keyring'>,
  caller: Caller,
  request: ChangeKeyRequest,
): Promise<NewKeyWire> {
  requireScope(caller, 'admin')
  const id = checkKeyId(request.id)
  const overlapSeconds = overlapAsked(request.input)
  const { text, secretHash } = makeKey(id)
  const row = await rotateStoredKey(database, id, realmOf(caller), { secretHash, overlapSeconds }, actorOf(caller))
  if (row === null) throw noSuchKey(id)
  keyring.forget(id)
  return { ...keyToWire(row), secret: text }
}
