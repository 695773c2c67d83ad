import { randomBytes } from 'node:crypto'
import { findOrKeepSecret, replaceSecret } from '../store/access/serviceSecret.ts'
import type { Database } from '../store/client.ts'
import type { SecretBox } from './box.ts'
import { rowOf } from './rows.ts'

const SECRET_BYTES = 32

/**
 * A secret of the service itself, 32 random bytes: made when it is first asked for, kept in the database, and the same
 * for all replicas from then on, also where several ask for the first time at once. It is sealed where there is a key,
 * and sealed anew with the one that writes when it was stored otherwise. Derive what is used from it (HKDF).
 *
 * Throws a `SecretUnreadable` where another key sealed it.
 */
export async function serviceSecret(database: Database, name: string, box: SecretBox): Promise<Buffer> {
  const row = rowOf.serviceSecret(name)
  const fresh = box.seal(randomBytes(SECRET_BYTES).toString('base64'), row)
  const stored = await findOrKeepSecret(database, name, fresh)
  const secret = box.open(stored, row)
  if (!box.isCurrent(stored)) await replaceSecret(database, name, stored, box.seal(secret, row))
  return Buffer.from(secret, 'base64')
}
