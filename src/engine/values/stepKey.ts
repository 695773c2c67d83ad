import { createHash } from 'node:crypto'
import { uuidOf } from './uuid.ts'

/** Names a step of one job for others, the same at each attempt and after a crash. `nonce` is the job's. */
export function stepKey(nonce: string, path: string): string {
  return createHash('sha256').update(`${nonce}/${path}`).digest('base64url')
}

/** The id of a wait, which is that of its question, from the key of its step. */
export function waitId(key: string): string {
  return uuidOf(key, 'wait')
}
