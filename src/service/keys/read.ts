import { readKeyRow } from '../../store/access/keys.ts'
import type { KeyWire } from '../../wire/access.ts'
import { type Caller, realmOf, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkKeyId, keyToWire, noSuchKey } from './keys.ts'

/** A key, without its secret. Throws `not-found`. */
export async function readKey(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  id: string,
): Promise<KeyWire> {
  requireScope(caller, 'admin')
  const row = await readKeyRow(database, checkKeyId(id), realmOf(caller))
  if (row === null) throw noSuchKey(id)
  return keyToWire(row)
}
