import { setImmediate } from 'node:timers/promises'

/** Work that may take long: it says, by a yield, where it can be interrupted. Between two yields lie some milliseconds at most. */
export type LongWork<T> = Generator<undefined, T, undefined>

/** So long work goes on before others get their turn. */
const TURN_MS = 5

/**
 * Does long work in turns with everything else that the process does. What is done in one turn is given at once; else a
 * promise, which rejects with the signal's reason once that aborts.
 */
export function inTurns<T>(work: LongWork<T>, signal: () => AbortSignal): T | Promise<T> {
  const first = oneTurn(work)
  return first.done === true ? first.value : theRest(work, signal())
}

async function theRest<T>(work: LongWork<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    await setImmediate()
    signal.throwIfAborted()
    const turn = oneTurn(work)
    if (turn.done === true) return turn.value
  }
}

function oneTurn<T>(work: LongWork<T>): IteratorResult<undefined, T> {
  const ends = performance.now() + TURN_MS
  for (;;) {
    const step = work.next()
    if (step.done === true || performance.now() >= ends) return step
  }
}

/** As much of a text as a parser takes in some milliseconds. */
const PIECE = 8192

/** A text in pieces, no character parted. */
export function* piecesOf(text: string): Generator<string, void, undefined> {
  for (let from = 0; from < text.length; ) {
    const last = text.charCodeAt(from + PIECE - 1)
    const to = from + PIECE + (last >= 0xd800 && last <= 0xdbff ? 1 : 0)
    yield text.slice(from, to)
    from = to
  }
}
