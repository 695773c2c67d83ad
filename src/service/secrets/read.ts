import { findSecret, listSecrets, removeSecret } from '../../store/secrets/secrets.ts'
import { isNameCursor, type Page, pageOfRows, readCursor } from '../../wire/cursor.ts'
import type { SecretWire } from '../../wire/secret.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { noSecret, secretToWire } from './find.ts'

/** A secret without its value. Throws `not-found`. */
export async function readTenantSecret(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  name: string,
): Promise<SecretWire> {
  requireScope(caller, 'secrets:read')
  const found = await findSecret(database, caller.tenant, name)
  if (found === null) throw noSecret(name)
  return secretToWire(found)
}

/** A page of the tenant's secrets, in order of names. */
export async function listTenantSecrets(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { limit = 50, cursor }: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): Promise<Page<SecretWire>> {
  requireScope(caller, 'secrets:read')
  const [after] = cursor === undefined ? [''] : readCursor(cursor, isNameCursor)
  const rows = await listSecrets(database, caller.tenant, after, limit + 1)
  return pageOfRows(rows, limit, secretToWire, ({ name }) => [name])
}

/** Takes a secret away: what names it fails from then on. Throws `not-found`. */
export async function removeTenantSecret(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  name: string,
): Promise<void> {
  requireScope(caller, 'secrets:write')
  if (!(await removeSecret(database, caller.tenant, name, actorOf(caller)))) throw noSecret(name)
}
