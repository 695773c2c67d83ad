import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Database } from '../store/client.ts'
import type { SecretBox } from './box.ts'
import { serviceSecret } from './serviceSecret.ts'
import { storedJson } from '../engine/values/storedJson.ts'

/** A wait, by what a link to it names. */
export type WaitRef = { readonly tenant: string; readonly jobId: string; readonly id: string }

/** Where links lead, below the service's address. */
export const ANSWERS = '/answers'

const SIGNED = storedJson<[tenant: string, jobId: string, id: string]>()

/**
 * Links by which people without a key answer: each is good for one wait alone, which it names, and is signed, not stored,
 * so every replica knows it. It ends with its wait.
 */
export class AnswerLinks {
  readonly #key: Buffer
  readonly #publicUrl: string | null

  private constructor(key: Buffer, publicUrl: string | null) {
    this.#key = key
    this.#publicUrl = publicUrl?.replace(/\/+$/, '') ?? null
  }

  /** @param publicUrl what links begin with; null: none are given. Fails where the database is away. */
  static async open(database: Database, box: SecretBox, publicUrl: string | null): Promise<AnswerLinks> {
    const secret = await serviceSecret(database, 'answer-links', box)
    return new AnswerLinks(Buffer.from(hkdfSync('sha256', secret, '', 'conduit answer link 1', 32)), publicUrl)
  }

  /** The link to a wait; null where the service does not know its own address. */
  readonly urlOf = ({ tenant, jobId, id }: WaitRef): string | null => {
    if (this.#publicUrl === null) return null
    const payload = Buffer.from(JSON.stringify([tenant, jobId, id])).toString('base64url')
    return `${this.#publicUrl}${ANSWERS}/${payload}.${this.#mac(payload).toString('base64url')}`
  }

  /** The wait that the last part of a link stands for; null for what this service did not sign. */
  read(token: string): WaitRef | null {
    const [payload, mac, ...rest] = token.split('.')
    if (payload === undefined || mac === undefined || rest.length > 0) return null
    const expected = this.#mac(payload)
    const given = Buffer.from(mac, 'base64url')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
    const [tenant, jobId, id] = SIGNED.read(Buffer.from(payload, 'base64url').toString())
    return { tenant, jobId, id }
  }

  #mac(payload: string): Buffer {
    return createHmac('sha256', this.#key).update(payload).digest()
  }
}
