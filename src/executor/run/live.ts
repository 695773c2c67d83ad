import type { Progress } from '../../engine/block.ts'
import { writtenSteps } from '../../engine/plan/written.ts'
import type { Entry } from '../../engine/run/entry.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import type { RunState, StepFrame } from '../../engine/run/state.ts'
import { type LiveEvent, liveEvent } from '../../wire/liveEvent.ts'

/** Who watches jobs live, on whichever replica. */
export type LiveBoard = {
  /** Whether anybody watches the job: nothing is made for nobody. */
  wanted(job: { readonly tenant: string; readonly id: string }): boolean
  tell(job: { readonly tenant: string; readonly id: string }, event: LiveEvent): void
  /** Calls `listener` with the hash of each job that somebody begins to watch; gives what ends that. */
  onJoined(listener: (hash: number) => void): () => void
}

/** Progress is told no more often. */
const PROGRESS_MS = 500

/** What of a run is told of while it happens. */
export type LiveRun = {
  readonly tenant: string
  readonly id: string
  readonly plan: Plan
  readonly run: RunState
  /** What its steps said last of how far they are, by their paths. */
  readonly progress: Map<string, ProgressTold>
  /** Some of that is not kept where other replicas see it. */
  progressNew: boolean
}

/** What a step said last of how far it is, and when that was told. */
export type ProgressTold = { last: Progress; toldAt: number; timer: NodeJS.Timeout | null }

/** A step that is not over began, or is tried again. */
export function tellStep(
  active: LiveRun,
  board: LiveBoard,
  type: 'step.started' | 'step.retrying' | 'step.progress',
  path: string,
  progress: Progress | null = null,
): void {
  if (!board.wanted(active)) return
  const frame = frameAt(active, path)
  const written = frame === null ? undefined : writtenSteps(active.plan.definition)[frame.step.written]
  if (frame === null || written === undefined) return
  const job = { id: active.id, name: active.plan.definition.name }
  const at = active.run.context.clock.now()
  board.tell(active, liveEvent(type, job, { written, path, open: openOf(frame) }, at, progress))
}

/** What an entry tells beside what is told of it once it is committed. */
export function tellEntry(active: LiveRun, board: LiveBoard, entry: Entry): void {
  if (entry.kind === 'step') return forgetProgress(active, entry.path)
  if (entry.kind === 'waiting' || entry.mark.kind === 'begun') tellStep(active, board, 'step.started', entry.path)
  else if (entry.mark.kind === 'attempt') {
    forgetProgress(active, entry.path)
    tellStep(active, board, 'step.retrying', entry.path)
  }
}

/** A block says how far its step is: kept as the last word, and told at most twice a second. */
export function noteProgress(active: LiveRun, board: LiveBoard, path: string, progress: Progress): void {
  const told = active.progress.get(path) ?? { last: progress, toldAt: Number.NEGATIVE_INFINITY, timer: null }
  told.last = progress
  active.progress.set(path, told)
  active.progressNew = true
  const tell = (): void => {
    if (told.timer !== null) clearTimeout(told.timer)
    told.timer = null
    told.toldAt = performance.now()
    if (active.progress.get(path) === told) tellStep(active, board, 'step.progress', path, told.last)
  }
  const left = told.toldAt + PROGRESS_MS - performance.now()
  if (left <= 0) tell()
  else told.timer ??= setTimeout(tell, left)
}

/** Somebody begins to watch: what each step said last is told again, who came later can't have heard it. */
export function repeatProgress(active: LiveRun, board: LiveBoard): void {
  for (const [path, { last }] of active.progress) tellStep(active, board, 'step.progress', path, last)
}

function forgetProgress(active: LiveRun, path: string): void {
  const told = active.progress.get(path)
  if (told === undefined) return
  if (told.timer !== null) clearTimeout(told.timer)
  active.progress.delete(path)
  active.progressNew = true
}

/** The run is left: nothing more is told of it. */
export function forgetAllProgress(active: LiveRun): void {
  for (const path of active.progress.keys()) forgetProgress(active, path)
}

function frameAt({ run }: LiveRun, path: string): StepFrame | null {
  const end = path.lastIndexOf('/')
  const sequence = end < 0 ? run.top : run.sequences.get(path.slice(0, end))
  return sequence?.open?.path === path ? sequence.open : null
}

function openOf({ startedAt, attempt, attempts, caught, wait }: StepFrame) {
  return { startedAt, attempt, attempts, error: caught?.error ?? null, wait }
}
