import { List } from '../list.ts'
import type { Transport } from '../transport.ts'
import type { Block } from '../types.ts'
import { path } from './path.ts'

/** What definitions may name. */
export class Blocks {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The catalogue; `match` is a pattern with `*` and `?`: `TEXT.*`. */
  list({ match }: { readonly match?: string } = {}): List<Block> {
    return new List(this.#transport, '/v1/blocks', { match })
  }

  get(action: string): Promise<Block> {
    return this.#transport.json('GET', path`/v1/blocks/${action}`)
  }
}
