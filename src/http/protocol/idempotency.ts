import { createHash } from 'node:crypto'
import { configure } from 'safe-stable-stringify'
import { ProblemError } from '../../wire/problem.ts'

const stringify = configure({ deterministic: true, bigint: false })

/** A client's key, and the hash of what it stands for. */
export type Idempotency = { readonly key: string; readonly hash: Buffer }

/**
 * Reads `Idempotency-Key`: 1 to 255 visible ASCII characters. Two bodies are the same when they are equal as JSON, key
 * order aside; headers don't count. Throws a `ProblemError` `malformed-request` for a key that is none.
 */
export function readIdempotency(header: string | readonly string[] | undefined, body: unknown): Idempotency | null {
  if (header === undefined) return null
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(header)) {
    throw new ProblemError('malformed-request', 'Idempotency-Key must be 1 to 255 visible ASCII characters')
  }
  return {
    key: header,
    hash: createHash('sha256')
      .update(stringify(body) ?? '')
      .digest(),
  }
}
