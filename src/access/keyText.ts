import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { base58, createBase58check } from '@scure/base'

const PREFIX = 'cdt'
const ID_BYTES = 9
const SECRET_BYTES = 32

const sha256 = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(hash('sha256', bytes, 'buffer'))
const checked = createBase58check(sha256)

/** A key's text in its two parts: the id finds it, the secret proves it. */
export type KeyText = { readonly id: string; readonly secret: Uint8Array }

/** A new key, or a new secret of a key: its text, which is shown once, and what is stored of it. */
export function makeKey(id = base58.encode(randomBytes(ID_BYTES))): { text: string; id: string; secretHash: Buffer } {
  const secret = randomBytes(SECRET_BYTES)
  return { text: `${PREFIX}_${id}_${checked.encode(secret)}`, id, secretHash: Buffer.from(sha256(secret)) }
}

/** Reads a key's text; null for what can't be one, which a checksum tells of any slip. */
export function parseKey(text: string): KeyText | null {
  const [prefix, id = '', rest = '', ...more] = text.split('_')
  if (prefix !== PREFIX || more.length > 0 || id.length < 1 || id.length > 16 || rest.length > 64) return null
  try {
    const secret = checked.decode(rest)
    return secret.length === SECRET_BYTES ? { id, secret } : null
  } catch {
    return null // not base58, or the checksum is wrong
  }
}

/** Whether a secret is the one of this hash, in constant time. */
export function proves(secret: Uint8Array, secretHash: Uint8Array): boolean {
  return timingSafeEqual(sha256(secret), secretHash)
}
