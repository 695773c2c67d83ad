import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { anyKeys, type FoundKey, severalTenants } from '../store/access/goodKeys.ts'
import type { Database } from '../store/client.ts'
import type { Telemetry } from '../telemetry.ts'
import { KeyLookUps } from './keyLookUps.ts'
import { parseKey, proves } from './keyText.ts'
import { KeyUse } from './keyUse.ts'

/** Whoever asks, once a key proved it. */
export type Identity = {
  readonly keyId: string
  readonly tenant: string
  readonly scopes: ReadonlySet<string>
  /** The tags that its jobs may carry. */
  readonly tags: ReadonlySet<string>
  /** The definitions that it may submit, as patterns; null: any steps. */
  readonly definitions: readonly string[] | null
  /** When it ends by itself, by the database's clock, for what is given meanwhile; null: with its key. */
  readonly until: number | null
}

/** What is known of a key: for whom it stands, and when it ends by itself, on the keyring's own clock. */
type Known = { readonly identity: Identity; readonly endsAt: number }

/** How an identity is found: by a key's whole text, or by the id of one that was proved before. */
type Wanted = { readonly by: 'text' | 'id'; readonly value: string }

/** What the keyring knows is at most so old: revocations and the first key take effect within 5 s on every replica. */
const MAX_AGE_MS = 4000

/** From this age on it is looked up anew beside the request that asks, so that none has to wait. */
const REFRESH_MS = 1000

/** Some 500 bytes each. */
const MAX_CACHED = 10_000

/** What keys are read from. */
export type KeyringOptions = {
  readonly database: Database
  readonly telemetry: Telemetry
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number
}

/**
 * Who may come in. Without any key the service is open; with the first one it is closed for good.
 *
 * Keys are cached by the SHA-256 of their text, so a request costs one hash and one look-up in memory. What is cached
 * for longer than `MAX_AGE_MS` is looked up again before it counts, and so is a key whose end has come, except while the
 * database is away: then nobody could have revoked anything, and only what needs no database (metrics, the catalogue)
 * answers at all.
 */
export class Keyring {
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #now: () => number
  readonly #use: KeyUse
  readonly #lookUps: KeyLookUps
  readonly #known: LRUCache<string, Known, Wanted>
  #closed = false
  #shared = false
  #lookedAt = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | null = null

  private constructor({ database, telemetry, now = () => performance.now() }: KeyringOptions) {
    this.#database = database
    this.#telemetry = telemetry
    this.#now = now
    this.#use = new KeyUse(database, telemetry, now)
    this.#lookUps = new KeyLookUps(database)
    this.#known = new LRUCache<string, Known, Wanted>({
      max: MAX_CACHED,
      ttl: MAX_AGE_MS,
      ttlResolution: 0,
      perf: { now },
      fetchMethod: async (_digest, known, { context: wanted, options }) => {
        const asked = now()
        try {
          const found = await this.#find(wanted, asked)
          // It is as old as the question, not as the answer.
          options.ttl = Math.max(1, MAX_AGE_MS - (now() - asked))
          return found
        } catch (error) {
          if (known === undefined) throw error
          options.ttl = 1 // the database is away: it is asked again at once
          return known
        }
      },
    })
  }

  /** Looks whether there are keys. Fails where the database is away. */
  static async open(options: KeyringOptions): Promise<Keyring> {
    const keyring = new Keyring(options)
    await keyring.look()
    return keyring
  }

  /** Whether keys are needed, as far as it is known here. */
  get closed(): boolean {
    return this.#closed
  }

  /** Whether more than one tenant has a key that is good, as far as it is known here: about a second late. */
  get shared(): boolean {
    return this.#shared
  }

  /** Whether the service is open to all and was looked at lately, so that there is nothing to ask. */
  get isOpenNow(): boolean {
    return !this.#closed && this.#now() - this.#lookedAt < REFRESH_MS
  }

  /**
   * Who brings this text: an identity, null where the service is open to all, `'expired'` for a key whose end is past, or
   * `'unknown'`. Fails where the database would have to be asked and is away.
   */
  async identify(text: string | null): Promise<Identity | null | 'unknown' | 'expired'> {
    if (this.#closed) void this.#refresh()
    else await this.#refresh()
    if (!this.#closed) return null
    if (text === null) return 'unknown'
    const identity = await this.#fetch(hash('sha256', text), { by: 'text', value: text })
    if (typeof identity === 'string') this.#telemetry.emit('keyRefused')
    return identity
  }

  /** Who a key stands for that was proved before; null: it is no longer good. Fails as `identify`. */
  async identityOf(keyId: string): Promise<Identity | null> {
    const identity = await this.#fetch(`#${keyId}`, { by: 'id', value: keyId })
    return typeof identity === 'string' ? null : identity
  }

  /** Whether a key is there, neither revoked nor expired: what it gave out counts only as long. Fails where the database is away. */
  async isGood(keyId: string): Promise<boolean> {
    return (await this.identityOf(keyId)) !== null
  }

  /** Drops what is known of a key here; other replicas follow within `MAX_AGE_MS`. */
  forget(keyId: string): void {
    for (const [digest, { identity }] of this.#known.entries()) if (identity.keyId === keyId) this.#known.delete(digest)
  }

  /** A key was made here. A look that is under way may have begun before it was there. */
  async made(): Promise<void> {
    this.#closed = true
    await this.#looking?.catch(() => undefined)
    await this.look().catch(this.#tellFailure)
  }

  /** Looks now whether there are keys; whoever asks meanwhile shares the answer. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  /** Writes when keys were last used. */
  close(): Promise<void> {
    return this.#use.close()
  }

  async #look(): Promise<void> {
    const asked = this.#now()
    if (await anyKeys(this.#database)) this.#closed = true
    if (this.#closed) this.#shared = await severalTenants(this.#database)
    this.#lookedAt = asked
  }

  readonly #tellFailure = (error: unknown): void => {
    this.#telemetry.emit('databaseFailed', { during: 'looking for keys', error })
  }

  async #refresh(): Promise<void> {
    const age = this.#now() - this.#lookedAt
    if (age < REFRESH_MS) return
    const looking = this.look().catch(this.#tellFailure)
    if (age >= MAX_AGE_MS) await looking
  }

  async #fetch(cachedAs: string, wanted: Wanted): Promise<Identity | 'unknown' | 'expired'> {
    let known = await this.#known.fetch(cachedAs, { context: wanted })
    if (known !== undefined && this.#isOver(known)) {
      // Its end may have been moved since it was looked up.
      this.#known.delete(cachedAs)
      known = await this.#known.fetch(cachedAs, { context: wanted })
    }
    if (known !== undefined && !this.#isOver(known)) {
      this.#use.note(known.identity.keyId)
      return known.identity
    }
    this.#known.delete(cachedAs) // what was good must not come back while the database is away
    return known === undefined ? 'unknown' : 'expired'
  }

  #isOver({ endsAt }: Known): boolean {
    return endsAt <= this.#now()
  }

  /** @param asked when the look-up began, from which what the key still lasts is counted */
  async #find(wanted: Wanted, asked: number): Promise<Known | undefined> {
    if (wanted.by === 'id') {
      const key = await this.#lookUps.find(wanted.value)
      return key === null ? undefined : knownBy(key, asked, [key.lasts_ms])
    }
    const given = parseKey(wanted.value)
    const key = given === null ? null : await this.#lookUps.find(given.id)
    if (given === null || key === null) return undefined
    const isProvedBy = (hashed: Buffer | null) => hashed !== null && proves(given.secret, new Uint8Array(hashed))
    if (isProvedBy(key.secret_hash)) return knownBy(key, asked, [key.lasts_ms])
    return isProvedBy(key.previous_hash) ? knownBy(key, asked, [key.lasts_ms, key.previous_lasts_ms]) : undefined
  }
}

/** @param lasts milliseconds from `asked` on, the least of which counts; null: without an end */
function knownBy(key: FoundKey, asked: number, lasts: readonly (number | null)[]): Known {
  const { id: keyId, tenant, scopes, tags, definitions } = key
  const identity = { keyId, tenant, scopes: new Set(scopes), tags: new Set(tags), definitions, until: null }
  return { identity, endsAt: asked + Math.min(...lasts.map((lastsMs) => lastsMs ?? Number.POSITIVE_INFINITY)) }
}
