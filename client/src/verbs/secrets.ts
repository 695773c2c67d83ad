import { List } from '../list.ts'
import type { Transport } from '../transport.ts'
import { path } from './path.ts'

export type SecretInput = {
  /** At least 8 characters; never given back. */
  readonly value: string
  readonly tags?: readonly string[]
  /** The only hosts that it is sent to: `api.example.com`, `*.example.com`. */
  readonly hosts?: readonly string[]
  readonly description?: string
}

export type Secret = {
  readonly name: string
  readonly tags: readonly string[]
  readonly hosts: readonly string[] | null
  readonly description: string | null
  readonly updated_at: string
  readonly last_used_at: string | null
}

/** What definitions name by `{% secrets.NAME %}`: written, never read. */
export class Secrets {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  list(): List<Secret> {
    return new List(this.#transport, '/v1/secrets')
  }

  get(name: string): Promise<Secret> {
    return this.#transport.json('GET', path`/v1/secrets/${name}`)
  }

  put(name: string, input: SecretInput): Promise<Secret> {
    return this.#transport.json('PUT', path`/v1/secrets/${name}`, { body: input })
  }

  delete(name: string): Promise<void> {
    return this.#transport.json('DELETE', path`/v1/secrets/${name}`)
  }
}
