import { numberAt } from '../../engine/values/numberAt.ts'
import { includes } from '../../engine/values/search.ts'

/** Up to so many pieces are searched one by one; more of them in one pass over the text. */
const FEW = 16

/** Whether at least one of the pieces stands in a text. */
export function includesAny(text: string, pieces: readonly string[]): boolean {
  const distinct = [...new Set(pieces)]
  return distinct.length <= FEW
    ? distinct.some((piece) => includes(text, piece))
    : new Automaton(distinct).countFound(text) > 0
}

/** Whether all of the pieces stand in a text. */
export function includesAll(text: string, pieces: readonly string[]): boolean {
  const distinct = [...new Set(pieces)]
  return distinct.length <= FEW
    ? distinct.every((piece) => includes(text, piece))
    : new Automaton(distinct).countFound(text) === distinct.length
}

/**
 * Aho and Corasick's automaton: finds any number of pieces in one pass, in time linear in text and pieces together.
 * Its nodes are what pieces start with; they are numbered by length, so a node's fallback has a smaller number.
 */
class Automaton {
  /** The child of a node by the next character, under `node * 2 ** 16 + unit`. */
  readonly #children = new Map<number, number>()
  /** For each node the longest other node that it ends with. */
  readonly #fallbacks: number[] = [0]
  /** Where each piece ends. */
  readonly #ends: number[] = []

  /** @param pieces no two of them equal. */
  constructor(pieces: readonly string[]) {
    let open = pieces.map((piece) => ({ piece, node: 0 }))
    for (let length = 0; open.length > 0; length++) {
      for (const branch of open) {
        if (branch.piece.length === length) this.#ends.push(branch.node)
        else branch.node = this.#grow(branch.node, branch.piece.charCodeAt(length))
      }
      open = open.filter(({ piece }) => piece.length > length)
    }
  }

  /** How many of the pieces stand in a text. */
  countFound(text: string): number {
    const seen = new Uint8Array(this.#fallbacks.length)
    seen[0] = 1
    for (let i = 0, node = 0; i < text.length; i++) {
      node = this.#follow(node, text.charCodeAt(i))
      seen[node] = 1
    }
    for (let node = seen.length - 1; node > 0; node--) {
      if (seen[node] === 1) seen[numberAt(this.#fallbacks, node)] = 1
    }
    return this.#ends.filter((node) => seen[node] === 1).length
  }

  #grow(node: number, unit: number): number {
    const key = node * 0x10000 + unit
    const known = this.#children.get(key)
    if (known !== undefined) return known
    const fallback = node === 0 ? 0 : this.#follow(numberAt(this.#fallbacks, node), unit)
    const grown = this.#fallbacks.push(fallback) - 1
    this.#children.set(key, grown)
    return grown
  }

  #follow(from: number, unit: number): number {
    for (let node = from; ; node = numberAt(this.#fallbacks, node)) {
      const child = this.#children.get(node * 0x10000 + unit)
      if (child !== undefined) return child
      if (node === 0) return 0
    }
  }
}
