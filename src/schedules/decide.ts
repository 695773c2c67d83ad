import { firingsAfter, firingsBetween, lastFirings, type Timing } from './firings.ts'

/** What becomes of firings that no replica made in time. */
export type CatchUp = 'latest' | 'none' | 'all'

/** A firing that no replica made within so long of its moment was missed. */
const MISSED_MS = 5000

/** Of what was missed no more is made up for. */
const MOST_CAUGHT_UP = 100

/** So many are made in one go; the next look makes the rest. */
const MOST_AT_ONCE = 1000

/** Which firings are to be made now, oldest first, and which is due next; null: none ever. */
export type Decision = { readonly fire: readonly number[]; readonly next: number | null }

/**
 * Decides what a schedule that is due does now. Moments are milliseconds since 1970.
 *
 * @param due the firing that was noted as the next one
 * @param attentiveSince from when on this replica has looked without a break: what fell due since then is made, however
 *   late it is, since a replica that is alive makes every firing
 */
export function decideFirings(
  timing: Timing,
  catchUp: CatchUp,
  due: number,
  now: number,
  attentiveSince: number,
): Decision {
  const missedUntil = Math.min(now - MISSED_MS, attentiveSince)
  const missed = missedUntil < due ? [] : caughtUp(timing, catchUp, due - 1, missedUntil)
  const from = Math.max(due, missedUntil + 1)
  const { due: onTime, more } = firingsBetween(timing, from, now + 1, MOST_AT_ONCE)
  const fire = [...missed, ...onTime]
  const after = more ? (onTime.at(-1) ?? now) : now
  return { fire, next: firingsAfter(timing, after, 1)[0] ?? null }
}

function caughtUp(timing: Timing, catchUp: CatchUp, from: number, to: number): number[] {
  switch (catchUp) {
    case 'none':
      return []
    case 'latest':
      return lastFirings(timing, from, to, 1)
    case 'all':
      return lastFirings(timing, from, to, MOST_CAUGHT_UP)
  }
}
