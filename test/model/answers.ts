import type { Machine, Move } from './explore.ts'

/*
 * One question, two people who answer it, and the replica that has the job: held, because steps run meanwhile, or left while
 * it waits. Each move is one statement of src/store, or one thing that the replica does on its own.
 */

/** How it may be wrong; null: as it is. */
export type Mistake =
  /** An answer looks whether the question is open, and closes it later. */
  | 'answers after a look'
  /** An answer that comes after the question's moment is let in. */
  | 'answers late'
  /** A wait ends by its time without a look, under the lock, for what was let in before. */
  | 'gives up without a look'
  /** A question stays open when its step ended otherwise. */
  | 'leaves questions open'
  /** A cancel does not close the question for answers. */
  | 'answers the cancelled'
  | null

type Person = 'asked' | 'looked' | 'held' | 'refused'

export type Answers = {
  readonly stage: 'held' | 'waiting' | 'queued' | 'over'
  readonly question: 'open' | 'answered' | 'closed'
  /** Answers that are kept for the job; and those that the run knows of. */
  readonly sent: number
  readonly known: number
  /** The run looked, after the moment, for what was let in before. */
  readonly settled: boolean
  readonly due: boolean
  readonly cancelled: boolean
  /** The run heard of the cancel. */
  readonly heard: boolean
  /** What the step ended with. */
  readonly end: 'answer' | 'time' | 'cancel' | null
  readonly people: readonly [Person, Person]
  /** An answer was taken after the cancel. */
  readonly wasCancelled: boolean
}

const INITIAL: Answers = {
  ...{ stage: 'held', question: 'open', sent: 0, known: 0, settled: false, due: false, cancelled: false, heard: false },
  ...{ end: null, people: ['asked', 'asked'], wasCancelled: false },
}

export function answers(mistake: Mistake): Machine<Answers> {
  return {
    initial: INITIAL,
    moves: (state) => [...outside(state), ...[0, 1].flatMap((i) => person(state, i, mistake)), ...run(state, mistake)],
    broken,
  }
}

function broken({ wasCancelled, people, question, end, cancelled, stage, sent, due }: Answers): string | null {
  const held = people.filter((one) => one === 'held').length
  if (wasCancelled) return 'an answer was taken after the cancel'
  if (held > 1) return 'two answers were taken'
  if (held === 1 && end === 'time') return 'an answer was taken, and its step ended by its time'
  if (held === 1 && end === 'cancel' && !cancelled) return 'an answer was taken, and its step was cancelled'
  if (end === 'answer' && held === 0) return 'a step ended with an answer that nobody gave'
  if (end !== null && question === 'open') return 'a question is open, and nobody waits for its answer'
  if (stage === 'waiting' && (sent > 0 || due || cancelled)) return 'a job waits for what is there already'
  return null
}

function outside(state: Answers): Move<Answers>[] {
  const moves: Move<Answers>[] = []
  if (!state.due) moves.push({ name: 'the moment comes', to: brought({ ...state, due: true }) })
  if (!state.cancelled && state.end === null) moves.push({ name: 'cancel', to: brought({ ...state, cancelled: true }) })
  return moves
}

function brought(state: Answers): Answers {
  return state.stage === 'waiting' ? { ...state, stage: 'queued' } : state
}

/** Who answers: one statement locks the job's row, closes the question, keeps the answer and wakes the job. */
function person(state: Answers, i: number, mistake: Mistake): Move<Answers>[] {
  const me = state.people[i]
  const become = (next: Person, rest: Partial<Answers> = {}): Answers => ({
    ...state,
    ...rest,
    people: i === 0 ? [next, state.people[1]] : [state.people[0], next],
  })
  const isLate = (state.due && mistake !== 'answers late') || (state.cancelled && mistake !== 'answers the cancelled')
  const isOpen = state.question === 'open' && !isLate && state.stage !== 'over'
  const taken = (): Answers =>
    brought(become('held', { question: 'answered', sent: state.sent + 1, wasCancelled: state.cancelled }))
  const name = `person ${i} answers`
  if (me === 'looked') return [{ name, to: taken() }]
  if (me !== 'asked') return []
  if (!isOpen) return [{ name: `${name} too late`, to: become('refused') }]
  return mistake === 'answers after a look'
    ? [{ name: `${name}: looks`, to: become('looked') }]
    : [{ name, to: taken() }]
}

/** The replica that has the job: it hears, leaves the job, takes an answer, gives up, or ends the step by a cancel. */
function run(state: Answers, mistake: Mistake): Move<Answers>[] {
  const { stage, sent, known, due, settled, cancelled, heard, question } = state
  if (stage === 'queued') {
    const claimed: Answers = { ...state, stage: 'held', known: sent, heard: cancelled, settled: due }
    return [{ name: 'the job is claimed', to: claimed }]
  }
  if (stage !== 'held') return []
  const ended = (end: NonNullable<Answers['end']>): Answers => ({
    ...state,
    end,
    stage: 'over',
    question: question === 'open' && mistake !== 'leaves questions open' ? 'closed' : question,
  })
  if (heard) return [{ name: 'the step is cancelled', to: ended('cancel') }]
  if (known > 0) return [{ name: 'the step takes the answer', to: ended('answer') }]
  const moves: Move<Answers>[] = []
  if (sent > known) moves.push({ name: 'the run hears of an answer', to: { ...state, known: sent } })
  if (cancelled) moves.push({ name: 'the run hears of the cancel', to: { ...state, heard: true } })
  if (due && !settled && mistake !== 'gives up without a look') {
    moves.push({ name: 'the run looks under the lock', to: { ...state, known: sent, settled: true } })
  } else if (due) moves.push({ name: 'the step gives up', to: ended('time') })
  const isClear = sent === known && !cancelled && !due
  if (isClear) moves.push({ name: 'the job is left', to: { ...state, stage: 'waiting' } })
  return moves
}
