const FIRST_SIZE = 4096

/**
 * Bytes that arrive in pieces, up to a limit. Kept in one growing buffer: a body that drips in single bytes would cost
 * a hundred times its size as a list of pieces.
 */
export class BoundedBytes {
  readonly #limit: number
  #buffer = Buffer.alloc(0)
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes what fits. False when there was more than that. */
  add(piece: Uint8Array): boolean {
    const fitting = piece.subarray(0, this.#limit - this.#length)
    this.#makeRoom(this.#length + fitting.length)
    this.#buffer.set(fitting, this.#length)
    this.#length += fitting.length
    return fitting.length === piece.length
  }

  /** What was taken so far. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  #makeRoom(needed: number): void {
    if (needed <= this.#buffer.length) return
    const grown = Buffer.alloc(Math.min(this.#limit, Math.max(needed, FIRST_SIZE, this.#buffer.length * 2)))
    grown.set(this.bytes)
    this.#buffer = grown
  }
}
