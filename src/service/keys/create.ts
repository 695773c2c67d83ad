import { makeKey } from '../../access/keyText.ts'
import { insertKey } from '../../store/access/keys.ts'
import { expiryAsked, type NewKeyWire, parseKeyInput } from '../../wire/access.ts'
import { ProblemError } from '../../wire/problem.ts'
import { actorOf, type Caller, realmOf, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { keyToWire } from './keys.ts'

/**
 * Makes a key and gives it with its secret, which is shown only here. The first one closes the service. Throws
 * `invalid-key`, and `forbidden` for a tenant or a scope that is not the caller's to give.
 */
export async function createKey(
  { database, executor, keyring }: Pick<ServiceDeps, 'database' | 'executor' | 'keyring'>,
  caller: Caller,
  posted: unknown,
): Promise<NewKeyWire> {
  requireScope(caller, 'admin')
  const input = parseKeyInput(posted)
  const { name, scopes, tags = [], tenant = caller.tenant, definitions = null } = input
  const expiresAt = expiryAsked(input.expires_at, executor.now()) ?? null
  const realm = realmOf(caller)
  if (realm !== null && tenant !== realm) throw new ProblemError('forbidden', `the key may not act for ${tenant}`)
  if (realm !== null && scopes.includes('metrics')) {
    throw new ProblemError(
      'forbidden',
      'metrics tell of all tenants: only an admin of the tenant default gives that scope',
    )
  }
  const { text, id, secretHash } = makeKey()
  const distinct = { scopes: [...new Set(scopes)], tags: [...new Set(tags)] }
  const given = { id, tenant, name, ...distinct, definitions, expires_at: expiresAt, secretHash }
  const stored = await insertKey(database, given, actorOf(caller))
  await keyring.look()
  return { ...keyToWire(stored), secret: text }
}
