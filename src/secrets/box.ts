import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto'

/** Seals secrets before they are stored, and opens them again. `row` names where one is stored: it opens nowhere else. */
export type SecretBox = {
  /** Whether there is a key: without one nothing is sealed. */
  readonly seals: boolean
  /** As it is to be stored: sealed where there is a key, else as it is. */
  seal(secret: string, row: string): string
  /** What was stored. Throws a `SecretUnreadable` where no key here sealed it, or it was sealed for another row. */
  open(stored: string, row: string): string
  /** Whether it is stored as it would be stored now. */
  isCurrent(stored: string): boolean
}

/** A stored secret that can't be opened with the keys that are here. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable'
  readonly code = 'SECRET_UNREADABLE'

  /** @param key the id of the key that sealed it; null: it names none */
  constructor(key: string | null, cause?: unknown) {
    const which = key === null ? 'another SECRETS_KEY' : `another SECRETS_KEY (its id is ${key})`
    super(`a secret was sealed with ${which}; name that one in SECRETS_KEY_OLD`, { cause })
  }
}

/** Names its key, and stands for its row. */
const MARK = 'sealed:2:'
/** As it was written before: neither of both. */
const OLD_MARK = 'sealed:1:'
const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

type Key = { readonly id: string; readonly bytes: Buffer }

/**
 * AES-256-GCM with keys that are derived from `SECRETS_KEY` and `SECRETS_KEY_OLD` by HKDF; the first writes, all open.
 * The row is authenticated with the secret (AAD), so whoever can write to the database can't move one. A sealed secret is
 * marked, so what was stored in plain before there was a key stays readable.
 */
export function createSecretBox(writes: string | undefined, opens: readonly string[] = []): SecretBox {
  const first = writes === undefined ? undefined : deriveKey(writes)
  const keys = [...(first === undefined ? [] : [first]), ...opens.map(deriveKey)]
  const mark = first === undefined ? '' : `${MARK}${first.id}:`
  return {
    seals: first !== undefined,
    seal: (secret, row) => (first === undefined ? secret : mark + encrypt(secret, first.bytes, row)),
    open: (stored, row) => openWith(keys, stored, row),
    isCurrent: (stored) => stored.startsWith(mark),
  }
}

function deriveKey(text: string): Key {
  const bytes = Buffer.from(hkdfSync('sha256', text, '', 'conduit secrets at rest', 32))
  return { id: hash('sha256', bytes, 'hex').slice(0, 8), bytes }
}

function openWith(keys: readonly Key[], stored: string, row: string): string {
  if (stored.startsWith(MARK)) {
    const [id, sealed = ''] = stored.slice(MARK.length).split(':')
    const key = keys.find((one) => one.id === id)
    if (key === undefined) throw new SecretUnreadable(id ?? null)
    return decrypt(sealed, key.bytes, row)
  }
  if (!stored.startsWith(OLD_MARK)) return stored
  let failure: unknown
  for (const { bytes } of keys) {
    try {
      return decrypt(stored.slice(OLD_MARK.length), bytes, null)
    } catch (error) {
      failure = error
    }
  }
  throw new SecretUnreadable(null, failure)
}

function encrypt(secret: string, key: Buffer, row: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(row))
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
}

function decrypt(text: string, key: Buffer, row: string | null): string {
  const bytes = Buffer.from(text, 'base64')
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    if (row !== null) decipher.setAAD(Buffer.from(row))
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch (error) {
    throw new SecretUnreadable(null, error)
  }
}
