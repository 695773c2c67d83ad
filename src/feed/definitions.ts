import { LRUCache } from 'lru-cache'
import type { StoredText, Versions } from '../definitions/versions.ts'
import type { Definition } from '../engine/definition.ts'

/** Of the texts of the definitions that are kept parsed, whatever number of jobs is watched. */
const MAX_BYTES = 16 * 1024 * 1024

/** Definitions of jobs whose events are being read, by the job's nonce: events tell steps as they were written. */
export class DefinitionCache {
  readonly #byNonce = new LRUCache<string, Definition>({ maxSize: MAX_BYTES })

  readonly #versions: Versions

  constructor(versions: Versions) {
    this.#versions = versions
  }

  get(nonce: string): Definition | undefined {
    return this.#byNonce.get(nonce)
  }

  /** Takes up a definition as it is stored. */
  async add(nonce: string, stored: StoredText): Promise<Definition> {
    const known = this.#byNonce.get(nonce)
    if (known !== undefined) return known
    const { definition } = await this.#versions.read(stored)
    this.#byNonce.set(nonce, definition, { size: stored.definition.length + 1 })
    return definition
  }
}
