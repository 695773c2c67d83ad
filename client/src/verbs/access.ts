import { List } from '../list.ts'
import type { Transport } from '../transport.ts'
import type { AuditEntry, Key, KeyChange, KeyInput, KeyRotation, Limits, LimitsInput, NewKey } from '../types.ts'
import { path } from './path.ts'

/** Who may do what. For keys with the scope `admin`. */
export class Keys {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The answer alone shows the key's text. The first key of a service closes it to everybody without one. */
  create(input: KeyInput): Promise<NewKey> {
    return this.#transport.json('POST', '/v1/keys', { body: input, idempotencyKey: true })
  }

  list({ tenant }: { readonly tenant?: string } = {}): List<Key> {
    return new List(this.#transport, '/v1/keys', { tenant })
  }

  get(id: string): Promise<Key> {
    return this.#transport.json('GET', path`/v1/keys/${id}`)
  }

  /** Another name, or another end. */
  update(id: string, change: KeyChange): Promise<Key> {
    return this.#transport.json('PATCH', path`/v1/keys/${id}`, { body: change })
  }

  /** A new text for the same key; the old one holds for `overlap_seconds` (default an hour). */
  rotate(id: string, input: Partial<KeyRotation> = {}): Promise<NewKey> {
    return this.#transport.json('POST', path`/v1/keys/${id}/rotate`, { body: input, idempotencyKey: true })
  }

  revoke(id: string): Promise<void> {
    return this.#transport.json('DELETE', path`/v1/keys/${id}`)
  }
}

/** What a tenant may use at once. */
export class TenantLimits {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  get(tenant: string): Promise<Limits> {
    return this.#transport.json('GET', path`/v1/tenants/${tenant}/limits`)
  }

  set(tenant: string, limits: LimitsInput): Promise<Limits> {
    return this.#transport.json('PUT', path`/v1/tenants/${tenant}/limits`, { body: limits })
  }
}

export type AuditFilters = {
  readonly tenant?: string
  readonly action?: string
  /** The id or name of what it was done to. */
  readonly subject?: string
  readonly limit?: number
}

/** Who changed what for others, newest first. */
export class Audit {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  list(filters: AuditFilters = {}): List<AuditEntry> {
    return new List(this.#transport, '/v1/audit', filters)
  }
}
