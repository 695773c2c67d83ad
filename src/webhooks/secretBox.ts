import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Seals secrets before they are stored, and opens them again. */
export type SecretBox = {
  /** As it is to be stored: sealed where there is a key, else as it is. */
  seal(secret: string): string
  /** What was stored. Throws a `SecretUnreadable` where it was sealed with another key, or none is here. */
  open(stored: string): string
}

/** A stored secret that can't be opened: `SECRETS_KEY` is not the one that sealed it. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable'
  readonly code = 'SECRET_UNREADABLE'

  constructor(cause?: unknown) {
    super('the secret was sealed with another SECRETS_KEY', { cause })
  }
}

const MARK = 'sealed:1:'
const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * AES-256-GCM with a key that is derived from `SECRETS_KEY` by HKDF. A sealed secret is marked, so what was stored in
 * plain before there was a key stays readable.
 */
export function createSecretBox(key: string | undefined): SecretBox {
  if (key === undefined) return { seal: (secret) => secret, open: openPlain }
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'conduit secrets at rest', 32))
  return {
    seal: (secret) => MARK + encrypt(secret, derived),
    open: (stored) => (stored.startsWith(MARK) ? decrypt(stored.slice(MARK.length), derived) : stored),
  }
}

function openPlain(stored: string): string {
  if (stored.startsWith(MARK)) throw new SecretUnreadable()
  return stored
}

function encrypt(secret: string, key: Buffer): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv)
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
}

function decrypt(text: string, key: Buffer): string {
  const bytes = Buffer.from(text, 'base64')
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES))
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch (error) {
    throw new SecretUnreadable(error)
  }
}
