/** The long form is run by hand: `npm run test:faults:long`. */
export const isLong = process.env['FAULTS'] === 'long'

/** The long form in so many parts, one a run, where all of it at once takes too long: `FAULT_PARTS=3`. */
const PARTS = Number(process.env['FAULT_PARTS'] ?? 1)

/** How much of something a form of the suite takes; a part of the long one takes no less than the short one. */
export function amount(short: number, long: number): number {
  return isLong ? Math.max(short, Math.ceil(long / PARTS)) : short
}

/** As much of something as the part that is run takes of a form; at least one. */
export function share(short: number, long: number): number {
  return isLong ? Math.ceil(long / parts) : short
}

/** The part of a long form that is run, of how many: FAULT_PART=3/12; the whole where that is not set. */
const [part = 1, parts = 1] = (process.env['FAULT_PART'] ?? '1/1').split('/').map(Number)

/** What of something is in the part that is run: its parts together are all of it, and each has some of everything. */
export function inPart<Item>(items: readonly Item[]): Item[] {
  return items.filter((_, i) => i % parts === part - 1)
}

/** How long a fault test may take, in milliseconds: only one that hangs is ended by it, a busy machine decides nothing. */
export const PATIENCE_MS = isLong ? 900_000 : 300_000

/** Chances that can be repeated: FAULT_SEED is what a run before printed. */
export class Chances {
  readonly seed: number
  #state: number

  constructor(seed = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 2 ** 31))) {
    this.seed = seed
    this.#state = seed
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1))
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.between(0, items.length - 1)] as Item
  }

  /** mulberry32 */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
