import { List } from '../list.ts'
import type { Transport } from '../transport.ts'
import type { Secret, SecretInput } from '../types.ts'
import { path } from './path.ts'

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
