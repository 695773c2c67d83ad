import { makeKey } from '../../access/keyText.ts'
import { insertKey } from '../../store/access/keys.ts'
import { expiryAsked, type NewKeyWire, parseKeyInput } from '../../wire/access.ts'
import { ProblemError } from '../../wire/problem.ts'
import { actorOf, type Caller, realmOf, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { type Once, sealForRepeat, secretClaimOf } from '../repeats.ts'
import { keyToWire, repeatedKey } from './keys.ts'

/** A key to be made. */
export type CreateKeyRequest = {
  /** Parsed JSON. */
  readonly input: unknown
  /** Makes a repeat safe for 24 hours; null: none. */
  readonly idempotencyKey: string | null
}

/**
 * Makes a key and gives it with its secret, which is shown only here, and to a repeat of the same request. The first one
 * closes the service. Throws `invalid-key`, `idempotency-conflict`, and `forbidden` for a tenant or a scope that is not the
 * caller's to give.
 */
export async function createKey(
  deps: Pick<ServiceDeps, 'database' | 'executor' | 'keyring' | 'secrets'>,
  caller: Caller,
  { input: posted, idempotencyKey }: CreateKeyRequest,
): Promise<Once<NewKeyWire>> {
  requireScope(caller, 'admin')
  const input = parseKeyInput(posted)
  const { name, scopes, tags = [], tenant = caller.tenant, definitions = null } = input
  const expiresAt = expiryAsked(input.expires_at, deps.executor.now()) ?? null
  const realm = realmOf(caller)
  if (realm !== null && tenant !== realm) throw new ProblemError('forbidden', `the key may not act for ${tenant}`)
  if (realm !== null && scopes.includes('metrics')) {
    throw new ProblemError(
      'forbidden',
      'metrics tell of all tenants: only an admin of the tenant default gives that scope',
    )
  }
  const claim = secretClaimOf(caller, 'keys.create', idempotencyKey, posted)
  const { text, id, secretHash } = makeKey()
  const distinct = { scopes: [...new Set(scopes)], tags: [...new Set(tags)] }
  const given = { id, tenant, name, ...distinct, definitions, expires_at: expiresAt, secretHash }
  const sealed = claim && { ...claim, answer: { id, secret: sealForRepeat(text, claim, deps.secrets) } }
  const stored = await insertKey(deps.database, given, actorOf(caller), sealed)
  if (stored === null) {
    const repeated = await repeatedKey(deps, claim)
    if (repeated === null) throw new Error('the insert of a key gave no row')
    return repeated
  }
  await deps.keyring.made()
  return { answer: { ...keyToWire(stored), secret: text }, replayed: false }
}
