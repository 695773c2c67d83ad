import { numberAt } from '../values/numberAt.ts'
import { isRaw, isTriple, literalEnd } from '../expressions/literals.ts'
import { isWhite } from './whiteSpace.ts'

/** Quotes, comments, and ends of expressions. */
const STOP = /["']|\/\/|=\}/g

/**
 * The end of an expression without quotes and comments, which most are; -1 where that takes a closer look. What is
 * looked through belongs to the expression, so that all of a text is looked through once.
 */
export function plainEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const character = text[i]
    if (character === '"' || character === "'" || character === '/') return -1
    if (character === '=' && text[i + 1] === '}' && isWhite(text.charCodeAt(i - 1))) return i + 2
  }
  return -1
}

/**
 * Finds the ends of the expressions of one text: the first ` =}` outside of a string of their own.
 *
 * However many openings there are, and however they are quoted, each stop is looked at a fixed number of times: from a
 * stop on, the way does not depend on where the expression began, so it is followed once.
 */
export class ExpressionEnds {
  readonly #text: string
  readonly #stops: number[]
  /** For a stop, by its position in the list, the end that follows from there; -1: none. */
  readonly #ends = new Map<number, number>()
  /** For each way of quoting the last literal whose end was looked for: those that begin within it end where it does. */
  readonly #literals = new Map<string, { readonly from: number; readonly end: number }>()
  /** The last comment that was looked through, and where the way goes on behind it. */
  #comment: { readonly from: number; readonly next: number } = { from: 0, next: 0 }

  constructor(text: string) {
    this.#text = text
    this.#stops = Array.from(text.matchAll(STOP), ({ index }) => index)
  }

  /** The index behind the `=}` that ends the expression whose text begins at an index, or -1: it is never closed. */
  endFrom(index: number): number {
    const passed: number[] = []
    let stop = this.#stopFrom(index)
    let end = -1
    while (stop < this.#stops.length) {
      const known = this.#ends.get(stop)
      if (known !== undefined) {
        end = known
        break
      }
      passed.push(stop)
      const at = numberAt(this.#stops, stop)
      if (this.#isEnd(at)) {
        end = at + 2
        break
      }
      const next = this.#behind(at)
      if (next < 0) break
      stop = this.#stopFrom(next)
    }
    for (const one of passed) this.#ends.set(one, end)
    return end
  }

  /** Where the text outside of strings goes on behind a stop; -1: a string that is never closed. */
  #behind(at: number): number {
    const character = this.#text[at]
    if (character === '=') return at + 1
    if (character === '/') return this.#behindComment(at)
    const way = `${character}${isRaw(this.#text, at) ? 'r' : ''}${isTriple(this.#text, at) ? '3' : ''}`
    const last = this.#literals.get(way)
    // Between its quotes, and up to the end of the text if it has none, only escaped ones of its kind can stand.
    if (last !== undefined && at > last.from && (last.end < 0 || at < last.end - 1)) return last.end
    const end = literalEnd(this.#text, at)
    this.#literals.set(way, { from: at, end })
    return end
  }

  /** Quotes in a comment open nothing, but it can't hide the end of an expression. */
  #behindComment(at: number): number {
    if (at >= this.#comment.from && at < this.#comment.next) return this.#comment.next
    const line = this.#text.indexOf('\n', at)
    const end = line < 0 ? this.#text.length : line
    let next = end
    for (let stop = this.#stopFrom(at + 2); next === end && stop < this.#stops.length; stop++) {
      const index = numberAt(this.#stops, stop)
      if (index >= end) break
      if (this.#isEnd(index)) next = index
    }
    this.#comment = { from: at, next }
    return next
  }

  #isEnd(at: number): boolean {
    return this.#text[at] === '=' && isWhite(this.#text.charCodeAt(at - 1))
  }

  /** The position in the list of the first stop that is not before an index. */
  #stopFrom(index: number): number {
    let [low, high] = [0, this.#stops.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (numberAt(this.#stops, middle) < index) low = middle + 1
      else high = middle
    }
    return low
  }
}
