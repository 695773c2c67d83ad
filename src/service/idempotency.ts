import { createHash } from 'node:crypto'
import { configure } from 'safe-stable-stringify'
import { ProblemError } from '../wire/problem.ts'

const stringify = configure({ deterministic: true, bigint: false })

/** A caller's key, and the hash of what it stands for. */
export type Idempotency = { readonly key: string; readonly hash: Buffer }

/**
 * Takes an `Idempotency-Key`: 1 to 255 visible ASCII characters. Two definitions are the same when they are equal as
 * JSON, key order aside. Throws `malformed-request` for a key that is none.
 */
export function idempotencyOf(key: string, definition: unknown): Idempotency {
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new ProblemError('malformed-request', 'Idempotency-Key must be 1 to 255 visible ASCII characters')
  }
  return {
    key,
    hash: createHash('sha256')
      .update(stringify(definition) ?? '')
      .digest(),
  }
}
