import { MAX_DEPTH } from '../values/json.ts'
import { NATIVE_LIMIT } from '../values/search.ts'
import { ExpressionError } from './error.ts'
import { Duration, Timestamp, type Value, type ValueObject } from './value.ts'

/**
 * What the expressions of one step may do together, in visits to one item of a list (some 10 ns each). An expression
 * runs in one piece, so this is what keeps the event loop free: the worst that was found within it takes less than
 * half of the 50 ms that are promised.
 */
const WORK_LIMIT = 2_000_000

/** So many characters are looked through by V8's own functions in the time of one visit. */
export const NATIVE_CHARACTERS = 8

/** So many characters are looked at one by one in the time of one visit. */
export const SINGLE_CHARACTERS = 4

/** Up to so many items a list is short. */
const SHORT = 200

/** What it costs to look for a piece in a text: V8's own search for short ones, ours for long ones. */
export function costOfSearch(text: string, piece: string): number {
  if (piece.length <= NATIVE_LIMIT) return text.length / SINGLE_CHARACTERS
  return piece.length > text.length ? 1 : text.length + piece.length
}

/** A value as JSON: its bytes, and how many levels it has. */
type Size = { readonly bytes: number; readonly depth: number }

/** Counts what the expressions of one step do and make. Throws an `ExpressionError` before either is too much. */
export class Work {
  /** The largest value that may be made, in bytes of JSON. */
  readonly valueBytes: number
  #left = WORK_LIMIT
  readonly #sizes = new WeakMap<object, Size>()

  constructor(valueBytes: number) {
    this.valueBytes = valueBytes
  }

  /** Counts visits that are about to be made. */
  spend(visits: number): void {
    this.#left -= visits
    if (this.#left < 0) {
      throw new ExpressionError('the expressions of this step have too much to do; part the work, or use blocks')
    }
  }

  /** What is left; for the bench and the tests that hold the bounds. */
  get left(): number {
    return this.#left
  }

  /** Refuses a value of so many bytes before it is made. */
  refuseAbove(bytes: number): void {
    if (bytes <= this.valueBytes) return
    throw new ExpressionError(
      `a value would have ${Math.ceil(bytes)} bytes as JSON; at most ${this.valueBytes} are allowed`,
    )
  }

  /** The bytes of a value as JSON. Stops, with an error, where they are more than a value may have. */
  bytesOf(value: Value): number {
    return this.sizeOf(value).bytes
  }

  /** The size of a value as JSON; that of lists and objects is measured once. */
  sizeOf(value: Value): Size {
    if (typeof value !== 'object' || value === null) return { bytes: this.#scalar(value), depth: 0 }
    const known = this.#sizes.get(value)
    if (known !== undefined) return known
    const size = this.#measure(value)
    this.#sizes.set(value, size)
    return size
  }

  /** Gives a value that was just made of parts, once it is known not to be too large or too deep. */
  made<T extends Value>(value: T): T {
    const { bytes, depth } = this.sizeOf(value)
    this.refuseAbove(bytes)
    if (depth > MAX_DEPTH) throw new ExpressionError(`a value would be nested deeper than ${MAX_DEPTH} levels`)
    return value
  }

  #measure(value: Timestamp | Duration | Value[] | ValueObject): Size {
    if (value instanceof Timestamp || value instanceof Duration) return { bytes: 26, depth: 0 }
    const short = !Array.isArray(value) || value.length <= SHORT
    let bytes = 2
    let depth = 0
    const add = (item: Value): void => {
      if (typeof item !== 'object' || item === null) bytes += this.#scalar(item) + 1
      else {
        // What a short list holds was mostly made or measured before; to ask for each item of a long one takes longer.
        const size = (short ? this.#sizes.get(item) : undefined) ?? this.#measure(item)
        bytes += size.bytes + 1
        depth = Math.max(depth, size.depth)
      }
      this.refuseAbove(bytes - 1)
    }
    this.spend(2)
    if (Array.isArray(value)) {
      for (const item of value) add(item)
      return { bytes: value.length === 0 ? 2 : bytes - 1, depth: depth + 1 }
    }
    const keys = Object.keys(value)
    this.spend(6 * keys.length)
    for (const key of keys) {
      bytes += this.#scalar(key) + 1
      add(value[key] ?? null)
    }
    return { bytes: keys.length === 0 ? 2 : bytes - 1, depth: depth + 1 }
  }

  #scalar(value: null | boolean | number | string): number {
    if (typeof value === 'string') {
      this.spend(1 + value.length / NATIVE_CHARACTERS)
      return textBytes(value)
    }
    this.spend(1)
    if (typeof value === 'number') return numberBytes(value)
    return value === false ? 5 : 4
  }
}

/** All but what JSON writes as it is: quotes, backslashes, control characters and surrogates. */
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/

/** The bytes of a text as JSON (RFC 8259) in UTF-8. */
export function textBytes(text: string): number {
  if (text.length < 24 && isPlain(text)) return text.length + 2
  return ESCAPED.test(text) ? Buffer.byteLength(JSON.stringify(text)) : Buffer.byteLength(text) + 2
}

/** Whether JSON writes a text as it is, in ASCII; faster than a regular expression for short ones. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 32 || code > 126 || code === 34 || code === 92) return false
  }
  return true
}

function numberBytes(value: number): number {
  if (!Number.isInteger(value) || Math.abs(value) >= 1e9) return String(value).length
  let bytes = value < 0 ? 2 : 1
  for (let rest = Math.abs(value); rest >= 10; rest = Math.floor(rest / 10)) bytes++
  return bytes
}
