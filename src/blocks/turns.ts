import type { BlockContext } from '../engine/block.ts'
import { turns } from '../process/turns.ts'

/** Work that may take long: it says, by a yield, where it can be interrupted. Between two yields lie some milliseconds at most. */
export type LongWork<T> = Generator<undefined, T, undefined>

/** Whose work it is, and what stops it. */
export type Worker = Pick<BlockContext, 'signal' | 'job'>

/**
 * Does long work in turns with everything else that the process does. What is done in one turn is given at once; else a
 * promise, which rejects with the signal's reason once that aborts.
 */
export function inTurns<T>(work: LongWork<T>, worker: Worker): T | Promise<T> {
  const first = oneTurn(work)
  return first.done === true ? first.value : theRest(work, worker)
}

async function theRest<T>(work: LongWork<T>, { signal, job }: Worker): Promise<T> {
  for (;;) {
    await turns.next(job.tenant)
    signal.throwIfAborted()
    const turn = oneTurn(work)
    if (turn.done === true) return turn.value
  }
}

function oneTurn<T>(work: LongWork<T>): IteratorResult<undefined, T> {
  for (;;) {
    const step = work.next()
    if (step.done === true || !turns.hasTime()) return step
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
