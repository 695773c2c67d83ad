import type { Machine, Move } from './explore.ts'

/*
 * One job with two paths side by side, each a block with effects; two replicas, and a neighbour of the job on one, whose
 * writes go out in one statement with the job's. Answers to claims may be late, a replica gives back what it runs nowhere,
 * drains, and loses its lease. Each move is one statement of src/store, or one thing that a replica does on its own.
 */

/** How it may be wrong; null: as it is. */
export type Mistake =
  /** What was given back on its way is begun when its answer comes. */
  | 'begins what it gave back'
  /** A hold that was proved before the lease ran out counts after it. */
  | 'trusts an old proof'
  /** A drain gives a job back, and leaves what ended unwritten. */
  | 'drains without a write'
  /** One job of a group that is another's by now takes the whole group with it. */
  | 'loses the group with one'
  /** A group is written whole where one fence of it fits. */
  | 'writes the group with one'
  /** What one path did is written as if all were over. */
  | 'takes one path for all'
  | null

/** A path of the job, as a run knows it. */
type Path = 'open' | 'called' | 'ended' | 'recorded'

/** A hold of the job: whose answer is on its way, or whose run is here. `proved`: the lapses that were known then. */
type Hold = { readonly fence: number; readonly proved: number; readonly paths: readonly [Path, Path] }

type Replica = {
  readonly live: boolean
  readonly lapses: number
  readonly arriving: Hold | null
  readonly run: Hold | null
  /** What became of the neighbour's step. */
  readonly neighbour: 'open' | 'ended' | 'written' | 'dropped'
}

export type Holds = {
  readonly holder: number | null
  readonly fence: number
  readonly recorded: readonly [boolean, boolean]
  readonly givenUp: readonly number[]
  readonly replicas: readonly [Replica, Replica]
  readonly calls: readonly [number, number]
  /** A lease ran out: a block may be called again. */
  readonly excused: boolean
  /** What went wrong, where a move shows it. */
  readonly fault: string | null
}

const IDLE: Replica = { live: true, lapses: 0, arriving: null, run: null, neighbour: 'open' }
const MAX_FENCES = 4
const MAX_LAPSES = 1

const INITIAL: Holds = {
  ...{ holder: null, fence: 0, recorded: [false, false], givenUp: [], replicas: [IDLE, IDLE] },
  ...{ calls: [0, 0], excused: false, fault: null },
}

export function holds(mistake: Mistake): Machine<Holds> {
  return {
    initial: INITIAL,
    moves: (state) => (state.fault === null ? [0, 1].flatMap((i) => movesOf(state, i, mistake)) : []),
    broken: ({ fault, replicas, holder, recorded }) => {
      if (fault !== null) return fault
      if (replicas.some(({ neighbour }) => neighbour === 'dropped')) return 'a write of a job that is held is lost'
      const isOver = holder === null && replicas.some(({ run }) => run?.paths.every((path) => path === 'recorded'))
      return isOver && recorded.includes(false) ? 'a path is lost: its job is over without it' : null
    },
  }
}

function movesOf(state: Holds, i: number, mistake: Mistake): Move<Holds>[] {
  return [...lease(state, i), ...arrivals(state, i, mistake), ...calls(state, i, mistake), ...writes(state, i, mistake)]
}

function at(state: Holds, i: number): Replica {
  return i === 0 ? state.replicas[0] : state.replicas[1]
}

function withReplica(state: Holds, i: number, change: Partial<Replica>, rest: Partial<Holds> = {}): Holds {
  const changed = { ...at(state, i), ...change }
  const replicas: Holds['replicas'] = i === 0 ? [changed, state.replicas[1]] : [state.replicas[0], changed]
  return { ...state, replicas, ...rest }
}

function lease(state: Holds, i: number): Move<Holds>[] {
  const { live, lapses } = at(state, i)
  const moves: Move<Holds>[] = []
  if (live && lapses < MAX_LAPSES) {
    moves.push({ name: `the lease of ${i} runs out`, to: withReplica(state, i, { live: false }, { excused: true }) })
  }
  if (!live) moves.push({ name: `${i} renews`, to: withReplica(state, i, { live: true, lapses: lapses + 1 }) })
  if (live && state.holder === 1 - i && !at(state, 1 - i).live) {
    moves.push({ name: `${i} rescues the job`, to: { ...state, holder: null, fence: state.fence + 1 } })
  }
  return moves
}

/** A claim, its answer, and the look for what is held and runs nowhere. */
function arrivals(state: Holds, i: number, mistake: Mistake): Move<Holds>[] {
  const { live, lapses, arriving, run } = at(state, i)
  const { holder, fence, givenUp, recorded } = state
  const moves: Move<Holds>[] = []
  if (holder === null && live && arriving === null && fence < MAX_FENCES && recorded.includes(false)) {
    const pathOf = (is: boolean): Path => (is ? 'recorded' : 'open')
    const hold: Hold = { fence: fence + 1, proved: lapses, paths: [pathOf(recorded[0]), pathOf(recorded[1])] }
    moves.push({ name: `${i} claims`, to: withReplica(state, i, { arriving: hold }, { holder: i, fence: fence + 1 }) })
  }
  if (arriving !== null) {
    const isOurs = mistake === 'begins what it gave back' || !givenUp.includes(arriving.fence)
    const change = isOurs ? { arriving: null, run: arriving } : { arriving: null }
    moves.push({ name: `the answer comes to ${i}`, to: withReplica(state, i, change) })
  }
  if (holder === i && live && run?.fence !== fence && fence < MAX_FENCES) {
    const to = { ...state, holder: null, fence: fence + 1, givenUp: [...givenUp, fence] }
    moves.push({ name: `${i} gives back what it runs nowhere`, to })
  }
  return moves
}

function calls(state: Holds, i: number, mistake: Mistake): Move<Holds>[] {
  const { live, lapses, run } = at(state, i)
  if (run === null) return []
  const moves: Move<Holds>[] = []
  const isHeld = state.holder === i && state.fence === run.fence
  const covers = live && (run.proved === lapses || mistake === 'trusts an old proof')
  if (live && !covers) {
    const proved = isHeld ? { ...run, proved: lapses } : null
    moves.push({ name: `${i} asks whether it holds the job`, to: withReplica(state, i, { run: proved }) })
  }
  for (const p of [0, 1] as const) {
    const path = run.paths[p]
    if (path === 'open' && covers) {
      const times: Holds['calls'] =
        p === 0 ? [state.calls[0] + 1, state.calls[1]] : [state.calls[0], state.calls[1] + 1]
      const again = times[p] > 1 && !state.excused ? 'a block is called again, and nothing was lost' : null
      const fault = state.recorded[p] ? 'what is on record is called again' : again
      const to = withReplica(state, i, { run: { ...run, paths: put(run.paths, p, 'called') } }, { calls: times, fault })
      moves.push({ name: `${i} calls ${p}`, to })
    }
    if (path === 'called') {
      const to = withReplica(state, i, { run: { ...run, paths: put(run.paths, p, 'ended') } })
      moves.push({ name: `${p} ends at ${i}`, to })
    }
  }
  return moves
}

/** One statement for the job and its neighbour; a drain; the end. */
function writes(state: Holds, i: number, mistake: Mistake): Move<Holds>[] {
  const { run, neighbour } = at(state, i)
  const moves: Move<Holds>[] = []
  if (i === 0 && neighbour === 'open')
    moves.push({ name: `the neighbour ends at ${i}`, to: withReplica(state, i, { neighbour: 'ended' }) })
  if (run === null) return moves
  const isHeld = state.holder === i && state.fence === run.fence
  const hasEnded = run.paths.includes('ended')
  if (hasEnded) moves.push({ name: `${i} writes`, to: written(state, i, run, isHeld, mistake) })
  const isIdle = !run.paths.includes('called') && (!hasEnded || mistake === 'drains without a write')
  if (isIdle && isHeld && state.fence < MAX_FENCES && run.paths.includes('recorded')) {
    moves.push({
      name: `${i} gives the job back`,
      to: withReplica(state, i, { run: null }, { holder: null, fence: state.fence + 1 }),
    })
  }
  if (isHeld && run.paths.every((path) => path === 'recorded'))
    moves.push({ name: `${i} ends the job`, to: { ...state, holder: null } })
  return moves
}

function written(state: Holds, i: number, run: Hold, isHeld: boolean, mistake: Mistake): Holds {
  const { neighbour } = at(state, i)
  const goes = neighbour === 'ended'
  const whole = isHeld || (mistake === 'writes the group with one' && goes)
  const next = goes ? (mistake === 'loses the group with one' && !isHeld ? 'dropped' : 'written') : neighbour
  if (!whole) return withReplica(state, i, { run: null, neighbour: next })
  const done = (p: 0 | 1): boolean => run.paths[p] === 'ended'
  const recorded: Holds['recorded'] = [state.recorded[0] || done(0), state.recorded[1] || done(1)]
  const all = mistake === 'takes one path for all'
  const pathOf = (path: Path): Path => (path === 'ended' || all ? 'recorded' : path)
  const paths: Hold['paths'] = [pathOf(run.paths[0]), pathOf(run.paths[1])]
  const fault = isHeld ? null : 'who lost the job wrote of it'
  return withReplica(state, i, { run: { ...run, paths }, neighbour: next }, { recorded, fault })
}

function put(paths: Hold['paths'], p: 0 | 1, path: Path): Hold['paths'] {
  return p === 0 ? [path, paths[1]] : [paths[0], path]
}
