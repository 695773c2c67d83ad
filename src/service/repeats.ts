import { createHash } from 'node:crypto'
import { storedJson } from '../engine/values/storedJson.ts'
import { createSecretBox, type SecretBox, SecretUnreadable } from '../secrets/box.ts'
import { rowOf } from '../secrets/rows.ts'
import { findTakenKey, type KeyClaim } from '../store/access/requestKeys.ts'
import type { Database } from '../store/client.ts'
import { ProblemError } from '../wire/problem.ts'
import type { Caller } from './caller.ts'
import { idempotencyOf } from './idempotency.ts'

/** What a request with an `Idempotency-Key` takes in the statement that does what it asks for, so that it is done once. */
export type RequestClaim = KeyClaim & { readonly idempotencyKey: string }

/** What was done, and whether an earlier request with this key did it. */
export type Once<Answer> = { readonly answer: Answer; readonly replayed: boolean }

/**
 * The claim of a request; null without a key. Throws `malformed-request` for a key that is none.
 *
 * @param operation what is asked for: its keys are none of another's
 * @param asked what the key stands for, as JSON: a repeat asks for the same
 */
export function claimOf(
  { tenant }: Caller,
  operation: string,
  idempotencyKey: string | null,
  asked: unknown,
): RequestClaim | null {
  if (idempotencyKey === null) return null
  const { key, hash } = idempotencyOf(idempotencyKey, asked)
  return { tenant, operation, key, hash, idempotencyKey }
}

/** The same for a request whose answer holds a secret: what is stored of its key is a hash, since the key opens the secret. */
export function secretClaimOf(
  caller: Caller,
  operation: string,
  idempotencyKey: string | null,
  asked: unknown,
): RequestClaim | null {
  const claim = claimOf(caller, operation, idempotencyKey, asked)
  return claim === null ? null : { ...claim, key: createHash('sha256').update(claim.key).digest('base64url') }
}

/**
 * What the first request with this key was answered from; null: there was none. Throws `idempotency-conflict` where the key
 * stands for something else.
 */
export async function answeredBefore<Answer>(database: Database, claim: RequestClaim | null): Promise<Answer | null> {
  const found = claim === null ? null : await findTakenKey(database, claim)
  if (claim === null || found === null) return null
  if (!found.hash.equals(claim.hash)) {
    throw new ProblemError('idempotency-conflict', 'this Idempotency-Key was used for something else')
  }
  return storedJson<Answer | null>().read(found.answer ?? 'null')
}

/** What the first request made is gone. */
export function goneMeanwhile(what: string): ProblemError {
  return new ProblemError('idempotency-conflict', `the ${what} of this Idempotency-Key was deleted`)
}

/**
 * Seals a secret that a repeat is to be answered with: by the request's own key, and by `SECRETS_KEY` where there is one.
 * Who has the database has neither.
 */
export function sealForRepeat(secret: string, claim: RequestClaim, box: SecretBox): string {
  const row = rowOf.request(claim.tenant, claim.operation, claim.key)
  return createSecretBox(claim.idempotencyKey).seal(box.seal(secret, row), row)
}

/** What `sealForRepeat` sealed. Throws `idempotency-conflict` where `SECRETS_KEY` is another one since. */
export function openForRepeat(sealed: string, claim: RequestClaim, box: SecretBox): string {
  const row = rowOf.request(claim.tenant, claim.operation, claim.key)
  try {
    return box.open(createSecretBox(claim.idempotencyKey).open(sealed, row), row)
  } catch (error) {
    if (!(error instanceof SecretUnreadable)) throw error
    throw new ProblemError(
      'idempotency-conflict',
      'it was done, but the secret in its answer was sealed with another SECRETS_KEY',
    )
  }
}
