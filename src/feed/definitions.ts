import { LRUCache } from 'lru-cache'
import type { Definition } from '../engine/definition.ts'
import { readDefinition } from '../wire/readDefinition.ts'

/** Of the texts of the definitions that are kept parsed, whatever number of jobs is watched. */
const MAX_BYTES = 16 * 1024 * 1024

/** Definitions of jobs whose events are being read, by the job's nonce: events tell steps as they were written. */
export class Definitions {
  readonly #byNonce = new LRUCache<string, Definition>({ maxSize: MAX_BYTES })

  get(nonce: string): Definition | undefined {
    return this.#byNonce.get(nonce)
  }

  /** Takes up a definition as it was posted. */
  add(nonce: string, text: string): Definition {
    const known = this.#byNonce.get(nonce)
    if (known !== undefined) return known
    const definition = readDefinition(JSON.parse(text))
    this.#byNonce.set(nonce, definition, { size: text.length + 1 })
    return definition
  }
}
