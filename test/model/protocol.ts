import type { Machine, Move } from './explore.ts'

/*
 * One job, two replicas, two wakers, and whatever may come in between: each move is one statement of src/store, or one
 * thing that a replica does on its own. What comes to the job is a signal, or the end of a child job, which is told to it by
 * whoever finds it. The job calls a block with effects, waits for a signal or a moment, calls another
 * block, and ends. What is in flight may be late: a replica that lost the job goes on until it hears of it.
 */

/** How the protocol may be wrong; null: as it is. */
export type Mistake =
  /** The look for signals and the suspension are two statements. */
  | 'suspends after a look'
  /** A waker moves what it saw a moment ago, whatever became of it. */
  | 'wakes what it saw'
  /** A cancel is noted, and a job that waits goes on waiting. */
  | 'cancel wakes nobody'
  /** A fence that was used before comes back. */
  | 'a fence comes back'
  /** A write does not look whether the job is still held. */
  | 'writes without a fence'
  /** A rescue judges a lease by what it saw a moment ago. */
  | 'judges an old lease'
  /** Who ended a child tells its parent from memory, and may die before. */
  | 'tells from memory'
  /** That a parent was told is noted by a statement of its own. */
  | 'tells, then notes'
  | null

/** What is recorded: calls the first block, waits, calls the second block, ends. */
const FIRST_CALL = 0
const WAIT = 1
const SECOND_CALL = 2
const END = 3

type Replica = {
  readonly leaseOver: boolean
  /** A rescue of the other replica saw this one's lease run out. */
  readonly judged: boolean
  readonly run: Run | null
}

/** A run as its replica knows it. */
type Run = {
  readonly fence: number
  readonly rows: number
  readonly signals: number
  readonly cancelled: boolean
  /** Its block is being called. */
  readonly calling: boolean
  /** It looked for signals and found none. */
  readonly looked: boolean
}

export type Protocol = {
  readonly stage: 'queued' | 'held' | 'waiting' | 'over'
  readonly holder: number | null
  readonly fence: number
  readonly nextFence: number
  readonly rows: number
  readonly signals: number
  readonly taken: number
  readonly cancelled: boolean
  /** Of a job that waits for a child: whether that runs, is over, and its parent knows. Null: it waits for a signal. */
  readonly child: 'runs' | 'over' | 'told' | null
  /** The moment that it waits for has come. */
  readonly due: boolean
  readonly replicas: readonly [Replica, Replica]
  /** What each waker saw and has not moved yet. */
  readonly wakers: readonly [boolean, boolean]
  /** What went wrong, where a move shows it. */
  readonly fault: string | null
}

const IDLE: Replica = { leaseOver: false, judged: false, run: null }
const MAX_FENCES = 5
const MAX_SIGNALS = 2

const INITIAL: Protocol = {
  ...{ stage: 'queued', holder: null, fence: 0, nextFence: 1, rows: FIRST_CALL, signals: 0, taken: 0 },
  ...{ cancelled: false, child: null, due: false, replicas: [IDLE, IDLE], wakers: [false, false], fault: null },
}

/**
 * @param deadline whether the wait has an end of its own
 * @param child whether it waits for the end of a child job, not for a signal
 */
export function protocol(mistake: Mistake, deadline: boolean, child = false): Machine<Protocol> {
  return {
    initial: child ? { ...INITIAL, child: 'runs' } : INITIAL,
    moves: (state) => (state.fault === null ? movesOf(state, mistake, deadline) : []),
    broken: (state) => state.fault ?? stuck(state, deadline),
  }
}

/** What nothing would ever move again. */
function stuck({ stage, signals, taken, cancelled, child }: Protocol, deadline: boolean): string | null {
  if (child !== null && signals > 1) return 'the end of a child came twice'
  if (stage !== 'waiting' || deadline) return null
  if (child === 'told' && signals === 0) return 'the end of a child is lost: the job waits, and nothing will wake it'
  if (signals > taken) return 'a signal is lost: the job waits, and nothing will wake it'
  return cancelled ? 'a cancel is lost: the job waits, and nothing will wake it' : null
}

function movesOf(state: Protocol, mistake: Mistake, deadline: boolean): Move<Protocol>[] {
  return [
    ...environment(state, mistake, deadline),
    ...[0, 1].flatMap((waker) => wakes(state, waker, mistake)),
    ...[0, 1].flatMap((replica) => lives(state, replica, mistake)),
  ]
}

function environment(state: Protocol, mistake: Mistake, deadline: boolean): Move<Protocol>[] {
  const moves: Move<Protocol>[] = []
  const { stage, signals } = state
  if (state.child !== null) moves.push(...ends(state, mistake))
  else if (stage !== 'over' && signals < MAX_SIGNALS)
    moves.push({ name: 'signal', to: brought({ ...state, signals: signals + 1 }) })
  if (stage !== 'over' && !state.cancelled) {
    const cancelled = { ...state, cancelled: true }
    moves.push({ name: 'cancel', to: mistake === 'cancel wakes nobody' ? cancelled : brought(cancelled) })
  }
  if (deadline && !state.due && state.rows === WAIT)
    moves.push({ name: 'the moment comes', to: { ...state, due: true } })
  return moves
}

/** The child ends, and whoever finds that tells its parent: the message and the note that it was told are one statement. */
function ends(state: Protocol, mistake: Mistake): Move<Protocol>[] {
  const { child, stage, signals } = state
  if (child === 'runs') return [{ name: 'the child ends', to: { ...state, child: 'over' } }]
  if (child !== 'over') return []
  const noted: Protocol = { ...state, child: 'told' }
  const sent = stage === 'over' ? state : brought({ ...state, signals: signals + 1 })
  const told: Move<Protocol> = { name: 'its parent is told', to: { ...sent, child: 'told' } }
  switch (mistake) {
    case 'tells from memory':
      return [told, { name: 'who ended the child dies', to: noted }]
    case 'tells, then notes':
      return signals > 1
        ? []
        : [
            { name: 'its parent is told', to: sent },
            { name: 'that is noted', to: noted },
          ]
    default:
      return [told]
  }
}

/** A job that waits comes into the queue. */
function brought(state: Protocol): Protocol {
  return state.stage === 'waiting' ? { ...state, stage: 'queued' } : state
}

function wakes(state: Protocol, waker: number, mistake: Mistake): Move<Protocol>[] {
  const isDue = state.stage === 'waiting' && state.due
  if (mistake !== 'wakes what it saw') return isDue ? [{ name: `waker ${waker} wakes`, to: brought(state) }] : []
  const saw = (seen: boolean): Pick<Protocol, 'wakers'> => ({ wakers: replaced(state.wakers, waker, seen) })
  if (!state.wakers[waker]) return isDue ? [{ name: `waker ${waker} looks`, to: { ...state, ...saw(true) } }] : []
  const moved: Protocol = { ...state, ...saw(false), stage: 'queued', holder: null }
  const twice = state.stage === 'waiting' ? null : `a job that is ${state.stage} was woken again`
  return [{ name: `waker ${waker} moves`, to: { ...moved, fault: twice } }]
}

function lives(state: Protocol, replica: number, mistake: Mistake): Move<Protocol>[] {
  const me = state.replicas[replica] as Replica
  const mine = (change: Partial<Replica>, rest: Partial<Protocol> = {}): Protocol => ({
    ...state,
    ...rest,
    replicas: replaced(state.replicas, replica, { ...me, ...change }),
  })
  const moves: Move<Protocol>[] = []
  const move = (name: string, to: Protocol): number => moves.push({ name: `replica ${replica} ${name}`, to })
  if (!me.leaseOver) move('is silent', mine({ leaseOver: true }))
  else move('renews its lease', mine({ leaseOver: false }))
  if (me.run !== null) move('dies', mine({ run: null, leaseOver: true }))
  const { fence } = drawn(state, mistake)
  if (state.stage === 'queued' && !me.leaseOver && state.nextFence < MAX_FENCES) {
    const { rows, signals, cancelled } = state
    const run: Run = { fence, rows, signals, cancelled, calling: false, looked: false }
    move('claims', mine({ run }, { stage: 'held', holder: replica, ...drawn(state, mistake) }))
  }
  for (const rescued of rescues(state, replica, mistake)) moves.push(rescued)
  if (me.run !== null) for (const written of runs(state, replica, me.run, mistake)) moves.push(written)
  return moves
}

function drawn({ nextFence }: Protocol, mistake: Mistake): Pick<Protocol, 'fence' | 'nextFence'> {
  return { fence: mistake === 'a fence comes back' ? 1 : nextFence, nextFence: nextFence + 1 }
}

/** A replica takes a job from the other one, whose lease ran out. */
function rescues(state: Protocol, replica: number, mistake: Mistake): Move<Protocol>[] {
  const other = 1 - replica
  const judged = state.replicas[other] as Replica
  if (state.stage !== 'held' || state.holder !== other || state.nextFence >= MAX_FENCES) return []
  const judge = (change: Partial<Replica>): Pick<Protocol, 'replicas'> => ({
    replicas: replaced(state.replicas, other, { ...judged, ...change }),
  })
  const name = `replica ${replica} rescues`
  const taken: Protocol = {
    ...state,
    stage: 'queued',
    holder: null,
    ...drawn(state, mistake),
    ...judge({ judged: false }),
  }
  if (mistake !== 'judges an old lease') return judged.leaseOver ? [{ name, to: taken }] : []
  if (!judged.judged)
    return judged.leaseOver ? [{ name: `${name}: looks`, to: { ...state, ...judge({ judged: true }) } }] : []
  const alive = judged.leaseOver ? null : 'a job was taken from a replica with a lease'
  return [{ name, to: { ...taken, fault: alive } }]
}

/** What a run does that believes that it holds the job. */
function runs(state: Protocol, replica: number, run: Run, mistake: Mistake): Move<Protocol>[] {
  const me = state.replicas[replica] as Replica
  const name = (what: string): string => `replica ${replica} ${what}`
  const become = (next: Run | null, rest: Partial<Protocol> = {}): Protocol => ({
    ...state,
    ...rest,
    replicas: replaced(state.replicas, replica, { ...me, run: next }),
  })
  const holds = state.fence === run.fence && state.stage === 'held'
  if (run.calling) return [{ name: name('records a call'), to: record(state, run, become, mistake) }]
  if (!holds && mistake !== 'writes without a fence')
    return [{ name: name('hears that it lost the job'), to: become(null) }]
  if (run.cancelled || run.rows === END) return [{ name: name('ends'), to: become(null, endOf(state)) }]
  if (run.rows === WAIT) return waits(state, run, become, name, mistake)
  if (me.leaseOver) return []
  const again = state.rows > run.rows ? 'a recorded call was begun again' : null
  return [{ name: name('begins a call'), to: { ...become({ ...run, calling: true }), fault: again } }]
}

type Become = (next: Run | null, rest?: Partial<Protocol>) => Protocol

function record(state: Protocol, run: Run, become: Become, mistake: Mistake): Protocol {
  const holds = state.fence === run.fence && state.stage === 'held'
  if (mistake === 'writes without a fence' && !holds) {
    return { ...become(null), fault: 'who lost the job wrote of it' }
  }
  if (!holds) return become(null)
  if (state.rows !== run.rows) return { ...become(null), fault: 'two runs wrote under one fence' }
  const { cancelled } = state
  return become({ ...run, rows: run.rows + 1, calling: false, cancelled }, { rows: run.rows + 1 })
}

/** The run does nothing but wait: it takes a signal, goes on at its moment, or leaves the job. */
function waits(
  state: Protocol,
  run: Run,
  become: Become,
  name: (what: string) => string,
  mistake: Mistake,
): Move<Protocol>[] {
  const over = { ...run, rows: run.rows + 1, looked: false }
  if (run.signals > state.taken)
    return [{ name: name('takes a signal'), to: become(over, { rows: SECOND_CALL, taken: state.taken + 1 }) }]
  if (state.due) return [{ name: name('goes on at its moment'), to: become(over, { rows: SECOND_CALL }) }]
  const came: Run = { ...run, signals: state.signals, cancelled: state.cancelled }
  const left: Partial<Protocol> = { stage: 'waiting', holder: null, ...drawn(state, mistake) }
  const clear = !state.cancelled && state.signals === run.signals
  if (mistake === 'suspends after a look') {
    if (run.looked) return [{ name: name('suspends'), to: become(null, left) }]
    return [{ name: name('looks'), to: become(clear ? { ...run, looked: true } : came) }]
  }
  if (state.nextFence >= MAX_FENCES) return []
  return [{ name: name('suspends, or hears what came'), to: clear ? become(null, left) : become(came) }]
}

function endOf(state: Protocol): Partial<Protocol> {
  return state.stage === 'over' ? { fault: 'a job ended twice' } : { stage: 'over', holder: null }
}

function replaced<Item>(pair: readonly [Item, Item], index: number, item: Item): readonly [Item, Item] {
  return index === 0 ? [item, pair[1]] : [pair[0], item]
}
