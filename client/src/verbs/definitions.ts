import { List } from '../list.ts'
import type { Transport } from '../transport.ts'
import type { DefinitionTests, DefinitionVersion, NamedDefinition } from '../types.ts'
import { path } from './path.ts'

/** Named definitions, in versions that never change. */
export class Definitions {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The latest version of each. */
  list(filters: { readonly name_prefix?: string; readonly limit?: number } = {}): List<NamedDefinition> {
    return new List(this.#transport, '/v1/definitions', filters)
  }

  get(name: string): Promise<NamedDefinition> {
    return this.#transport.json('GET', path`/v1/definitions/${name}`)
  }

  /** The same content again is the same version; `ifMatch` is the version that must be the latest. */
  put(name: string, content: object, { ifMatch }: { readonly ifMatch?: number } = {}): Promise<DefinitionVersion> {
    const headers = ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }
    return this.#transport.json('PUT', path`/v1/definitions/${name}`, { body: content, headers })
  }

  /** No new jobs; those that ran stay, and so do the versions. */
  delete(name: string): Promise<void> {
    return this.#transport.json('DELETE', path`/v1/definitions/${name}`)
  }

  versions(name: string): List<DefinitionVersion> {
    return new List(this.#transport, path`/v1/definitions/${name}/versions`)
  }

  version(name: string, version: number): Promise<NamedDefinition> {
    return this.#transport.json('GET', path`/v1/definitions/${name}/versions/${String(version)}`)
  }

  /** Runs the tests that a definition brings, in memory. */
  test(name: string, { version }: { readonly version?: number } = {}): Promise<DefinitionTests> {
    return this.#transport.json('POST', path`/v1/definitions/${name}/test`, { query: { version }, repeatable: true })
  }
}
