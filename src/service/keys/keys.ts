import { readKeyRow, type StoredKey } from '../../store/access/keys.ts'
import type { KeyWire, NewKeyWire } from '../../wire/access.ts'
import { timestamp, timestampOrNull } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { ServiceDeps } from '../deps.ts'
import { answeredBefore, goneMeanwhile, type Once, openForRepeat, type RequestClaim } from '../repeats.ts'

/** What a key's id is made of. */
export const KEY_ID = /^[1-9A-HJ-NP-Za-km-z]{1,16}$/

/** Throws `not-found` for what can't be a key's id at all, before the database is asked. */
export function checkKeyId(id: string): string {
  if (!KEY_ID.test(id)) throw noSuchKey(id)
  return id
}

/** The problem of a key that the caller may not see, or that is none. */
export function noSuchKey(id: string): ProblemError {
  return new ProblemError('not-found', `there is no key ${id.slice(0, 100)}`)
}

/** Of a key that is revoked nothing changes any more. */
export function noKeyToChange(id: string): ProblemError {
  return new ProblemError('not-found', `there is no key ${id}, or it is revoked`)
}

/** A key as it stands on the wire, without its secret. */
export function keyToWire(row: StoredKey): KeyWire {
  const { id, name, tenant, scopes, tags, definitions } = row
  return {
    id,
    name,
    tenant,
    scopes: [...scopes],
    tags: [...tags],
    definitions: definitions === null ? null : [...definitions],
    expires_at: timestampOrNull(row.expires_at),
    created_at: timestamp(row.created_at),
    last_used_at: timestampOrNull(row.last_used_at),
    revoked_at: timestampOrNull(row.revoked_at),
  }
}

/** What a request made or rotated before, with the secret of then; null: no earlier one had its idempotency key. */
export async function repeatedKey(
  { database, secrets }: Pick<ServiceDeps, 'database' | 'secrets'>,
  claim: RequestClaim | null,
): Promise<Once<NewKeyWire> | null> {
  const before = await answeredBefore<{ id: string; secret: string }>(database, claim)
  if (claim === null || before === null) return null
  const row = await readKeyRow(database, before.id, null)
  if (row === null) throw goneMeanwhile('key')
  return { answer: { ...keyToWire(row), secret: openForRepeat(before.secret, claim, secrets) }, replayed: true }
}
