import { listKeys as listStoredKeys } from '../../store/access/keys.ts'
import type { KeyWire } from '../../wire/access.ts'
import { momentCursor, type Page, pageOfRows, readCursor } from '../../wire/cursor.ts'
import { type Caller, realmOf, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { KEY_ID, keyToWire } from './keys.ts'

/** Which page of whose keys is wanted. */
export type KeysRequest = {
  /** Whose keys; only the operator sees those of others, and of all by default. */
  readonly tenant?: string | undefined
  /** 1 to 200, default 50. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** A page of keys, newest first, revoked ones too. Throws `malformed-request` for no cursor of ours. */
export async function listKeys(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { tenant, limit = 50, cursor }: KeysRequest,
): Promise<Page<KeyWire>> {
  requireScope(caller, 'admin')
  const after = cursor === undefined ? null : positionOf(readCursor(cursor, isCursor))
  const rows = await listStoredKeys(database, realmOf(caller) ?? tenant ?? null, limit + 1, after)
  return pageOfRows(rows, limit, keyToWire, ({ created_at, id }) => [created_at, id])
}

function positionOf([createdAt, id]: [number, string]) {
  return { createdAt, id }
}

const isCursor = momentCursor(KEY_ID)
