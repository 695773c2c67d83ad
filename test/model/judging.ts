import type { Machine, Move } from './explore.ts'

/*
 * Two replicas and an outage that cuts both off, in half leases of time. Each move is one statement, or one thing that a
 * replica does on its own. The first one may say of the second that it is dead, by a statement that it asks for at one
 * moment and the database carries out at a later one: behind an outage, with a connection that was not to be had before.
 */

/** How the protocol may be wrong; null: as it is. */
export type Mistake =
  /** Only what is known here counts: that the lease ran out is known once it is renewed. */
  | 'asks itself alone'
  /** Only the row counts: it says that the lease holds, not since when. */
  | 'asks the row alone'
  /** What was known when the statement was asked for is not looked at again. */
  | 'does not say what it knew'
  | null

/** In half leases. */
const LEASE = 2
const LAST_MOMENT = 12

export type Judging = {
  readonly time: number
  readonly cutOff: boolean
  /** When the database could be reached again, after it could not for so long that the first one's lease had run out. */
  readonly backSince: number | null
  /** When each lease runs out, by the database. */
  readonly first: number
  readonly second: number
  /** How often the first one's had run out before it was renewed: by its row, and as it knows. */
  readonly lapses: number
  readonly known: number
  /** When the first one learnt of a lapse. */
  readonly lapsedAt: number | null
  /** The lapses that stand in the statement which it has asked for. */
  readonly asked: number | null
  readonly fault: string | null
}

const INITIAL: Judging = {
  ...{ time: 0, cutOff: false, backSince: null, first: LEASE, second: LEASE, lapses: 0, known: 0 },
  ...{ lapsedAt: null, asked: null, fault: null },
}

export function judging(mistake: Mistake): Machine<Judging> {
  return {
    initial: INITIAL,
    moves: (state) => (state.fault === null && state.time < LAST_MOMENT ? movesOf(state, mistake) : []),
    broken: ({ fault }) => fault,
  }
}

function movesOf(state: Judging, mistake: Mistake): Move<Judging>[] {
  const { time, cutOff, backSince, lapses, known } = state
  const moves: Move<Judging>[] = [{ name: 'half a lease passes', to: { ...state, time: time + 1 } }]
  if (!cutOff && backSince === null) moves.push({ name: 'both are cut off', to: { ...state, cutOff: true } })
  if (cutOff)
    moves.push({
      name: 'the database is back',
      to: { ...state, cutOff: false, backSince: state.first <= time ? time : null },
    })
  if (mistake === 'asks the row alone' || isSettled(state))
    moves.push({ name: 'the first asks to judge', to: { ...state, asked: known } })
  if (cutOff) return moves
  const renewed = { ...state, first: time + LEASE, lapses: lapses + (state.first <= time ? 1 : 0) }
  moves.push({ name: "the first one's lease is renewed", to: renewed })
  if (known < lapses) moves.push({ name: 'it hears of that', to: { ...state, known: lapses, lapsedAt: time } })
  moves.push({ name: "the second one's lease is renewed", to: { ...state, second: time + LEASE } })
  if (state.asked !== null) moves.push({ name: 'the first judges', to: judged(state, mistake) })
  return moves
}

/** As `Lease.judge` has it. */
function isSettled({ time, lapsedAt }: Judging): boolean {
  return lapsedAt === null || time - lapsedAt > LEASE
}

/** As `JUDGE` has it (src/store/judge.ts): by one moment of the database. */
function judged(state: Judging, mistake: Mistake): Judging {
  const { time, first, second, lapses, asked, backSince } = state
  const holds = first > time || mistake === 'asks itself alone'
  const isAsKnown = asked === lapses || mistake !== null
  const isDead = second <= time
  if (!holds || !isAsKnown || !isDead) return { ...state, asked: null }
  const hadTime = backSince === null || time - backSince >= LEASE
  return { ...state, asked: null, fault: hadTime ? null : 'who had no time to come back was judged' }
}
