import { setTimeout as sleep } from 'node:timers/promises'
import { currentPath } from '../../engine/run/at.ts'
import type { Entry, StepEntry } from '../../engine/run/entry.ts'
import {
  type Command,
  next,
  type RunEnd,
  startCall,
  stopAfterStep,
  stopRun,
  withdrawCall,
} from '../../engine/run/run.ts'
import type { StepFrame } from '../../engine/run/state.ts'
import { disarmAll, isGivingUp, isResting, pauseTime, resumeTime, wakeAt } from '../../engine/run/time.ts'
import type { GivenSecrets } from '../../engine/secrets/given.ts'
import { turns } from '../../process/turns.ts'
import type { SecretShelf } from '../../secrets/shelf.ts'
import { type ActiveRun, addEntry } from './activeRun.ts'
import { leaveFor, mayWrite } from './leaving.ts'
import { forgetAllProgress, type LiveBoard, tellEntry, tellStep } from './live.ts'
import type { Writer } from './recordRun.ts'
import { commitEnd, commitProgress, commitSuspension, isDue } from './write.ts'

/** What runs ask for of their child jobs. */
export type ChildCommands = {
  readonly submit: (active: ActiveRun, child: Command & { readonly kind: 'child' }) => void
  readonly cancel: (active: ActiveRun, id: string) => void
}

/** What a run needs of its executor. */
export type RunnerDeps = Writer & {
  /** Whether the service is draining: runs then stop after the step in hand. */
  readonly isDraining: () => boolean
  /** What makes and cancels child jobs. */
  readonly children: ChildCommands
  /** Who watches live. */
  readonly live: LiveBoard
  /** Gives a step the secrets that it names, for one call; and a run its secret local values. */
  readonly secrets: Pick<SecretShelf, 'give' | 'inputsOf'>
  /** Whether its tenant's runs hold too much here, so that this one is to be given back. */
  readonly isBeyond: (active: ActiveRun) => boolean
  /** The steps of a run are over: its slot is free while its end is written. */
  readonly onEnding: (active: ActiveRun) => void
}

/** A database that is away is asked again after so long. */
const PROVE_AGAIN_MS = 200

/** The end of a run is committed. */
export type RunOver = { readonly kind: 'over'; readonly end: RunEnd; readonly finishedAt: number }

/** How a run left this replica. */
export type RunExit =
  | RunOver
  /** Drained, or refused by the database: what it did is committed, the rest is to be given back. */
  | { readonly kind: 'stopped' }
  /** Nobody has it until it has something to do again. */
  | { readonly kind: 'suspended'; readonly wakeAt: number | null }
  /** Another has it now. */
  | { readonly kind: 'lost' }

/** Blocks that hold the event loop for longer are named in the log. */
const BLOCKING_MS = 250

/** Drives a run to its end, committing as it goes (docs/guarantees.md). */
export async function drive(active: ActiveRun, deps: RunnerDeps): Promise<RunExit> {
  try {
    return await driveToExit(active, deps)
  } finally {
    disarmAll(active.run)
    forgetAllProgress(active)
  }
}

async function driveToExit(active: ActiveRun, deps: RunnerDeps): Promise<RunExit> {
  for (;;) {
    if (!turns.hasTime()) await turns.next(active.tenant)
    if (isGivingUp(active.run)) await deps.inbox.settle(active)
    const happened = takeNext(active, deps)
    switch (happened.kind) {
      case 'over': {
        const exit = await conclude(active, deps)
        if (exit !== null) return exit
        break
      }
      case 'stopped':
        return leave(active, deps)
      case 'call':
        active.beginning.push(happened.frame)
        break
      case 'idle':
        if (active.beginning.length > 0) await beginCalls(active, deps)
        else if (await rests(active, deps)) return suspended(active)
        break
      case 'child':
      case 'orphan':
        await aboutChild(active, deps, happened)
        break
      default:
        take(active, deps, happened)
    }
    if (isDue(active, performance.now())) await commitProgress(active, deps)
    if (deps.isDraining()) stopAfterStep(active.run)
    else if (deps.isBeyond(active)) leaveFor(active, 'overfull')
  }
}

/**
 * Runs a new job's leading pure steps before it is accepted, for at most `milliseconds`, or until they gave `bytes`: that is
 * written with the job, so a short job costs one commit. Synchronous: what takes longer is waited for by `drive`.
 * Gives whether the job is over.
 */
export function lead(active: ActiveRun, deps: RunnerDeps, milliseconds: number, bytes: number): boolean {
  const until = performance.now() + milliseconds
  while (active.pendingBytes < bytes && performance.now() < until) {
    const happened = takeNext(active, deps)
    switch (happened.kind) {
      case 'over':
        return true
      case 'call':
        active.beginning.push(happened.frame)
        break
      case 'child':
      case 'orphan':
      case 'idle':
      case 'stopped':
      case 'waiting':
        active.happened = happened
        return false
      default:
        take(active, deps, happened)
    }
  }
  return false
}

function takeNext(active: ActiveRun, deps: RunnerDeps): Entry | Command {
  const taken = active.happened
  active.happened = null
  return taken ?? timed(active, deps)
}

/** What is next; a block that held the event loop meanwhile is told of. */
function timed(active: ActiveRun, { telemetry }: RunnerDeps): Entry | Command {
  const began = performance.now()
  const happened = next(active.run)
  const milliseconds = performance.now() - began
  if (milliseconds > BLOCKING_MS) {
    const actions = happened.kind === 'step' ? [actionOf(active, happened)] : []
    telemetry.emit('loopBlocked', { milliseconds, actions })
  }
  return happened
}

function actionOf({ plan }: ActiveRun, { written }: StepEntry): string {
  return plan.actions[written] ?? ''
}

function take(active: ActiveRun, { telemetry, live }: RunnerDeps, entry: Entry): void {
  addEntry(active, entry)
  tellEntry(active, live, entry)
  if (entry.kind !== 'step') return
  const { tenant, id } = active
  const { position, status, startedAt, finishedAt } = entry
  const milliseconds = startedAt === null ? null : finishedAt - startedAt
  const action = actionOf(active, entry)
  telemetry.emit('stepFinished', { tenant, id, action, position, status, milliseconds })
}

/** A child job is made once the step that waits for it is on record: made again after a crash, it is the same one. */
async function aboutChild(
  active: ActiveRun,
  deps: RunnerDeps,
  command: Extract<Command, { kind: 'child' | 'orphan' }>,
): Promise<void> {
  if (command.kind === 'orphan') return deps.children.cancel(active, command.id)
  if (active.pending.length > 0) await commitProgress(active, deps)
  if (active.run.stop === null) deps.children.submit(active, command)
}

/**
 * Before steps with effects: everything before them is committed, the job is surely held, and at least half of the lease
 * is left. Between the last look and the calls nothing is waited for. A suspect begins one at a time, so that the one
 * that kills is known.
 */
async function beginCalls(active: ActiveRun, deps: RunnerDeps): Promise<void> {
  const { run, beginning, tenant, id } = active
  if (active.suspect && run.calls > beginning.length) return woken(active, deps)
  const frames = active.suspect ? beginning.splice(0, 1) : beginning.splice(0)
  if (active.currentStep !== currentPath(run) || active.pending.length > 0) await commitProgress(active, deps)
  const given = await giveSecrets(active, frames, deps)
  while (run.stop === null && !deps.lease.covers(active.provedAt)) {
    // The step has not begun: whoever claims the job next begins it.
    if (deps.isDraining()) stopRun(run, 'draining')
    else await prove(active, deps)
  }
  for (const frame of frames) {
    if (run.stop !== null) withdrawCall(frame)
    else if (frame.call !== null) {
      const { position, action } = frame.step.definition
      deps.telemetry.emit('stepBegins', { tenant, id, position, action })
      startCall(frame, given.get(frame) ?? null, () => tellStep(active, deps.live, 'step.started', frame.path))
    }
  }
}

/** The secrets of the steps that begin; a database that is away is asked again and again. */
async function giveSecrets(
  { run, tenant, plan }: ActiveRun,
  frames: readonly StepFrame[],
  { secrets, telemetry }: RunnerDeps,
): Promise<ReadonlyMap<StepFrame, GivenSecrets>> {
  const given = new Map<StepFrame, GivenSecrets>()
  for (const frame of frames) {
    const names = frame.step.secrets
    while (names !== null && run.stop === null && !given.has(frame)) {
      try {
        given.set(frame, await secrets.give({ tenant, tags: plan.definition.tags }, names))
      } catch (error) {
        telemetry.emit('databaseFailed', { during: 'reading secrets', error })
        await sleep(PROVE_AGAIN_MS)
      }
    }
  }
  return given
}

/** What can't go on is suspended, where it does nothing but wait; else it waits here. Gives whether it is suspended. */
async function rests(active: ActiveRun, deps: RunnerDeps): Promise<boolean> {
  const { signals } = active
  if (active.making === 0 && isResting(active.run) && (await commitSuspension(active, deps))) return true
  // A signal that came first may be one that no step waits for now.
  if (active.signals === signals) await woken(active, deps)
  return false
}

/** Waits until something can go on: a block is over, a moment has come, the job is cancelled or stopped. */
async function woken(active: ActiveRun, deps: RunnerDeps): Promise<void> {
  const { run, making } = active
  if (run.calls === 0 && active.pending.length > 0) {
    await commitProgress(active, deps)
  }
  // A run that is to stop does so when its last block is over: that wakes it.
  const stops = run.stop !== null && run.calls === 0
  if (run.ready.length > 0 || stops || run.pendingCancel !== null || active.making < making) return
  if (isResting(run)) pauseTime(run)
  await new Promise<void>((resolve) => {
    run.wake = resolve
  })
  run.wake = null
  resumeTime(run)
}

/** Asks the database whether the job is still held; while it is away, again and again. */
async function prove(active: ActiveRun, { lease, telemetry }: RunnerDeps): Promise<void> {
  try {
    const provedAt = await lease.prove(active)
    if (provedAt !== null) active.provedAt = provedAt
    else if (active.leaving !== 'lost') {
      leaveFor(active, 'lost')
      telemetry.emit('jobLost', { tenant: active.tenant, id: active.id })
    }
  } catch (error) {
    telemetry.emit('databaseFailed', { during: 'renewing the lease', error })
    await sleep(PROVE_AGAIN_MS)
  }
}

function suspended({ run }: ActiveRun): RunExit {
  return { kind: 'suspended', wakeAt: wakeAt(run) }
}

/** Writes the end of a run; null: a cancel came first, and the run goes on with it. */
async function conclude(active: ActiveRun, deps: RunnerDeps): Promise<RunExit | null> {
  deps.onEnding(active)
  const over = await commitEnd(active, deps)
  if (over !== null) return { kind: 'over', ...over }
  if (active.leaving === 'lost') return { kind: 'lost' }
  return mayWrite(active) ? null : { kind: 'stopped' }
}

async function leave(active: ActiveRun, deps: RunnerDeps): Promise<RunExit> {
  if (active.pending.length > 0) await commitProgress(active, deps)
  return { kind: active.leaving === 'lost' ? 'lost' : 'stopped' }
}
