import { createSecretBox, type SecretBox, SecretUnreadable } from '../secrets/box.ts'
import { serviceSecret } from '../secrets/serviceSecret.ts'
import type { Database } from '../store/client.ts'
import { readOwn } from '../engine/values/readOwn.ts'

/** The name of the cookie. */
export const SESSION_COOKIE = 'conduit_session'

/** A day's work; whoever stays longer signs in again. */
const SESSION_MS = 12 * 3600 * 1000

/** What the sealed text is for: a secret of the service seals other things as well. */
const ROW = 'session'

/** What a cookie stands for: a key, until a moment by the database's clock. */
type Session = { readonly keyId: string; readonly until: number }

/**
 * Sessions of the page in a browser, which keeps no key: a sealed cookie names the key and the end. Nothing is stored, so
 * every replica knows them; a session ends with its time or with its key.
 */
export class Sessions {
  readonly #box: SecretBox
  readonly #secure: boolean

  private constructor(box: SecretBox, secure: boolean) {
    this.#box = box
    this.#secure = secure
  }

  /** @param secure whether browsers reach the service by TLS alone. Fails where the database is away. */
  static async open(database: Database, box: SecretBox, secure: boolean): Promise<Sessions> {
    const secret = await serviceSecret(database, 'sessions', box)
    return new Sessions(createSecretBox(secret.toString('hex')), secure)
  }

  /** The `Set-Cookie` that begins a session, which no script reads and no other site sends (RFC 6265bis, section 5.6). */
  begin(keyId: string, now: number): string {
    const session: Session = { keyId, until: now + SESSION_MS }
    const sealed = Buffer.from(this.#box.seal(JSON.stringify(session), ROW)).toString('base64url')
    return this.#cookie(sealed, SESSION_MS / 1000)
  }

  /** The `Set-Cookie` that ends one. */
  end(): string {
    return this.#cookie('', 0)
  }

  /** The key that a cookie's value stands for; null for what is none of ours, was changed, or has run out at `now`. */
  read(value: string, now: number): string | null {
    const sealed = Buffer.from(value, 'base64url').toString()
    if (!this.#box.isCurrent(sealed)) return null // what is not sealed would be opened as it is
    try {
      const { keyId, until } = readOwn<Session>(this.#box.open(sealed, ROW))
      return until > now ? keyId : null
    } catch (error) {
      if (error instanceof SecretUnreadable) return null
      throw error
    }
  }

  #cookie(value: string, seconds: number): string {
    const secure = this.#secure ? '; Secure' : ''
    return `${SESSION_COOKIE}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
  }
}
