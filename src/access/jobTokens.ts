import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Database } from '../store/client.ts'
import { MAX_TOKEN_SECONDS } from '../wire/jobToken.ts'
import { readHeads } from '../store/jobs/events.ts'
import type { SecretBox } from '../secrets/box.ts'
import { serviceSecret } from '../secrets/serviceSecret.ts'
import { readOwn } from '../engine/values/readOwn.ts'

/** What a token stands for: reading one job of one tenant, for a while. */
export type TokenGrant = {
  readonly tenant: string
  readonly jobId: string
  /** Tells the job from a later one of the same id. */
  readonly nonce: string
  /** The key that made it; null: the service had none. */
  readonly keyId: string | null
  /** In milliseconds, by the database's clock. */
  readonly expiresAt: number
}

const PREFIX = 'cjt_'

/** None is made for longer, so one that is was made by somebody else; a minute is for clocks that differ. */
const MAX_MS = (MAX_TOKEN_SECONDS + 60) * 1000

/**
 * Tokens for clients that can't send headers, such as a browser's EventSource. Signed, not stored: every replica knows
 * them, by a key derived from a secret of the service's own. They can't be revoked but by their time.
 */
export class JobTokens {
  readonly #database: Database
  readonly #key: Buffer

  private constructor(database: Database, key: Buffer) {
    this.#database = database
    this.#key = key
  }

  /** Fails where the database is away. */
  static async open(database: Database, box: SecretBox): Promise<JobTokens> {
    const secret = await serviceSecret(database, 'job-tokens', box)
    return new JobTokens(database, Buffer.from(hkdfSync('sha256', secret, '', 'conduit job token 1', 32)))
  }

  /** A token for a job; null where there is none. */
  async make(
    job: { readonly tenant: string; readonly jobId: string },
    by: Pick<TokenGrant, 'keyId' | 'expiresAt'>,
  ): Promise<string | null> {
    const nonce = await this.#nonceOf(job)
    return nonce === null ? null : this.#sign({ ...job, ...by, nonce })
  }

  /** What a text stands for; null for what is no token of this service, was changed, has run out at `now`, or lasts too long. */
  read(text: string, now: number): TokenGrant | null {
    const [payload, mac, ...rest] = text.startsWith(PREFIX) ? text.slice(PREFIX.length).split('.') : []
    if (payload === undefined || mac === undefined || rest.length > 0) return null
    const expected = this.#mac(payload)
    const given = Buffer.from(mac, 'base64url')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
    const grant = readOwn<TokenGrant>(Buffer.from(payload, 'base64url').toString())
    return grant.expiresAt > now && grant.expiresAt <= now + MAX_MS ? grant : null
  }

  /** Whether the job of a token is still there: its id may be another job's by now. */
  async isThere({ tenant, jobId, nonce }: TokenGrant): Promise<boolean> {
    return (await this.#nonceOf({ tenant, jobId })) === nonce
  }

  #sign(grant: TokenGrant): string {
    const payload = Buffer.from(JSON.stringify(grant)).toString('base64url')
    return `${PREFIX}${payload}.${this.#mac(payload).toString('base64url')}`
  }

  #mac(payload: string): Buffer {
    return createHmac('sha256', this.#key).update(payload).digest()
  }

  async #nonceOf({ tenant, jobId }: { tenant: string; jobId: string }): Promise<string | null> {
    const [head] = await readHeads(this.#database, [{ tenant, id: jobId, withDefinition: false }])
    return head?.nonce ?? null
  }
}
