import type { Machine, Move } from './explore.ts'

/*
 * The two ends of a job's life: before it begins it gets other moments, is woken and cancelled; after its end its parent
 * is told, its message is sent, and it is cleared away. Each move is one statement of src/store, or one thing that who
 * runs it does on its own. What lies between is in protocol.ts and holds.ts.
 */

/** How it may be wrong; null: as it is. */
export type Mistake =
  /** Who gives it another moment looks whether it is scheduled, and changes it later. */
  | 'reschedules what it saw'
  /** A cancelled job that is still to end gets another moment. */
  | 'reschedules the cancelled'
  /** A moment that is past is kept, and nobody is due then. */
  | 'keeps a moment that is past'
  /** A waker moves what it saw a moment ago, whatever moment that has by now. */
  | 'wakes what it saw'
  /** Retention does not ask whether the parent knows. */
  | 'removes the untold'
  /** Retention asks for messages that wait, not for those that are being sent. */
  | 'removes the unsent'
  | null

/** Moments that there are; the clock goes through them. */
const MOMENTS = [0, 1, 2] as const
const LAST = 2
const MAX_PATCHES = 2

export type Edges = {
  readonly stage: 'scheduled' | 'queued' | 'held' | 'ending' | 'over' | 'removed'
  readonly clock: number
  /** When it is to begin; null: at no moment that anybody looks for. */
  readonly moment: number | null
  readonly patches: number
  /** Who gives it another moment has looked, and means this one. */
  readonly patching: number | null
  readonly cancelled: boolean
  readonly begun: number
  /** A waker has looked. */
  readonly saw: boolean
  /** It ended longer ago than jobs are kept. */
  readonly isOld: boolean
  readonly isParentTold: boolean
  readonly message: 'none' | 'ready' | 'sending' | 'sent'
  /** What went wrong, where a move shows it. */
  readonly fault: string | null
}

const INITIAL: Edges = {
  ...{ stage: 'scheduled', clock: 0, moment: 1, patches: 0, patching: null, cancelled: false, begun: 0 },
  ...{ saw: false, isOld: false, isParentTold: false, message: 'none', fault: null },
}

export function edges(mistake: Mistake): Machine<Edges> {
  return {
    initial: INITIAL,
    moves: (state) =>
      state.fault === null ? [...before(state, mistake), ...runs(state), ...after(state, mistake)] : [],
    broken,
  }
}

function broken({ fault, stage, moment, begun, isParentTold, message }: Edges): string | null {
  if (fault !== null) return fault
  if (begun > 1) return 'a job began twice'
  if (stage === 'scheduled' && moment === null) return 'a job waits for no moment: nothing will wake it'
  if (stage !== 'removed') return null
  if (!isParentTold) return 'a parent waits for a job that was removed'
  return message === 'sent' ? null : 'a message was removed before it was sent'
}

/** Until it is in the queue: its moment comes, it gets another one, it is woken, it is cancelled. */
function before(state: Edges, mistake: Mistake): Move<Edges>[] {
  const { stage, clock, moment, patches, patching, saw } = state
  const moves: Move<Edges>[] = []
  if (clock < LAST) moves.push({ name: 'time passes', to: { ...state, clock: clock + 1 } })
  const mayMove = stage === 'scheduled' || (mistake === 'reschedules the cancelled' && stage === 'ending')
  if (patching !== null) moves.push({ name: 'it gets the moment', to: moved(state, patching, mistake) })
  else if (mayMove && patches < MAX_PATCHES) {
    for (const to of MOMENTS) {
      const asked = { ...state, patches: patches + 1 }
      if (mistake === 'reschedules what it saw') moves.push({ name: `look for ${to}`, to: { ...asked, patching: to } })
      else moves.push({ name: `it gets moment ${to}`, to: moved(asked, to, mistake) })
    }
  }
  const isDue = stage === 'scheduled' && moment !== null && moment <= clock
  if (saw && stage === 'scheduled') {
    const fault = isDue ? null : 'a job was woken before its moment'
    moves.push({ name: 'a waker moves it', to: { ...state, saw: false, stage: 'queued', fault } })
  } else if (isDue && mistake === 'wakes what it saw') {
    moves.push({ name: 'a waker looks', to: { ...state, saw: true } })
  } else if (isDue) moves.push({ name: 'it is woken', to: { ...state, stage: 'queued' } })
  if (stage === 'scheduled' || stage === 'queued')
    moves.push({ name: 'cancel', to: { ...state, stage: 'ending', cancelled: true } })
  return moves
}

function moved(state: Edges, moment: number, mistake: Mistake): Edges {
  const given: Edges = { ...state, moment, patching: null }
  if (moment > state.clock) return { ...given, stage: 'scheduled' }
  return mistake === 'keeps a moment that is past'
    ? { ...given, stage: 'scheduled', moment: null }
    : { ...given, stage: 'queued' }
}

/** Whoever claims it begins it, but a cancelled one; the end and the message of it are one statement. */
function runs(state: Edges): Move<Edges>[] {
  const { stage, begun, cancelled } = state
  if (stage === 'queued') {
    const late = cancelled ? 'a job began after its cancel was answered' : null
    return [{ name: 'it begins', to: { ...state, stage: 'held', begun: begun + 1, fault: late } }]
  }
  if (stage !== 'held' && stage !== 'ending') return []
  return [{ name: 'it ends', to: { ...state, stage: 'over', message: 'ready' } }]
}

function after(state: Edges, mistake: Mistake): Move<Edges>[] {
  const { stage, message, isParentTold, isOld } = state
  if (stage !== 'over') return []
  const moves: Move<Edges>[] = []
  if (!isParentTold) moves.push({ name: 'its parent is told', to: { ...state, isParentTold: true } })
  if (!isOld) moves.push({ name: 'days pass', to: { ...state, isOld: true } })
  if (message === 'ready') moves.push({ name: 'its message is claimed', to: { ...state, message: 'sending' } })
  if (message === 'sending') {
    moves.push({ name: 'its message is sent', to: { ...state, message: 'sent' } })
    moves.push({ name: 'who sends it dies', to: { ...state, message: 'ready' } })
  }
  const isKnown = isParentTold || mistake === 'removes the untold'
  const isSent = message === 'sent' || (message === 'sending' && mistake === 'removes the unsent')
  if (isOld && isKnown && isSent) moves.push({ name: 'it is removed', to: { ...state, stage: 'removed' } })
  return moves
}
