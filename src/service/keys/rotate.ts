import { makeKey } from '../../access/keyText.ts'
import { rotateKey as rotateStoredKey } from '../../store/access/keys.ts'
import { type NewKeyWire, overlapAsked } from '../../wire/access.ts'
import { actorOf, type Caller, realmOf, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { type Once, sealForRepeat, secretClaimOf } from '../repeats.ts'
import type { ChangeKeyRequest } from './change.ts'
import { checkKeyId, keyToWire, noKeyToChange, repeatedKey } from './keys.ts'

/** A key to be rotated; its idempotency key makes a repeat safe for 24 hours (null: none). */
export type RotateKeyRequest = ChangeKeyRequest & { readonly idempotencyKey: string | null }

/**
 * Gives a key a new secret, shown only here and to a repeat of the same request; the old one holds for a while. Throws
 * `not-found`, `invalid-key` and `idempotency-conflict`.
 */
export async function rotateKey(
  deps: Pick<ServiceDeps, 'database' | 'keyring' | 'secrets'>,
  caller: Caller,
  request: RotateKeyRequest,
): Promise<Once<NewKeyWire>> {
  requireScope(caller, 'admin')
  const id = checkKeyId(request.id)
  const overlapSeconds = overlapAsked(request.input)
  const claim = secretClaimOf(caller, 'keys.rotate', request.idempotencyKey, { id, overlapSeconds })
  const { text, secretHash } = makeKey(id)
  const sealed = claim && { ...claim, answer: { id, secret: sealForRepeat(text, claim, deps.secrets) } }
  const rotation = { secretHash, overlapSeconds, claim: sealed }
  const row = await rotateStoredKey(deps.database, id, realmOf(caller), rotation, actorOf(caller))
  if (row === null) {
    const repeated = await repeatedKey(deps, claim)
    if (repeated === null) throw noKeyToChange(id)
    return repeated
  }
  deps.keyring.forget(id)
  return { answer: { ...keyToWire(row), secret: text }, replayed: false }
}
