import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { advance, type RunEnd, type RunEvent, stopAfterStep } from '../../engine/run/run.ts'
import type { StepOutcome } from '../../engine/run/state.ts'
import type { ActiveRun } from './activeRun.ts'
import { addOutcome, loseRun, pathOf } from './activeRun.ts'
import type { Writer } from './recordRun.ts'
import { commitEnd, commitProgress, isDue } from './write.ts'

/** What a run needs of its executor. */
export type RunnerDeps = Writer & {
  /** Whether the service is draining: runs then stop after the step in hand. */
  readonly isDraining: () => boolean
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
  /** Another has it now. */
  | { readonly kind: 'lost' }

/** No run keeps the event loop for longer without letting others in. */
const SLICE_MS = 5

/** Blocks that hold the event loop for longer are named in the log. */
const BLOCKING_MS = 250

/** Drives a run to its end, committing as it goes (docs/guarantees.md, "Commit where effects are"). */
export async function drive(active: ActiveRun, deps: RunnerDeps): Promise<RunExit> {
  let sliceEnds = performance.now() + SLICE_MS
  for (;;) {
    const event = await nextEvent(active, deps)
    if (event.type === 'ended') return conclude(active, deps)
    if (event.type === 'stopped') return leave(active, deps)
    if (event.type === 'begins') await announce(active, deps, event.position)
    else settle(active, deps, event.outcome)
    const now = performance.now()
    if (isDue(active, now)) await commitProgress(active, deps)
    if (now > sliceEnds) {
      await setImmediate()
      sliceEnds = performance.now() + SLICE_MS
    }
    if (deps.isDraining()) stopAfterStep(active.run)
  }
}

/**
 * Runs a new job's leading pure steps before it is accepted, for at most `milliseconds` or `steps`: what they gave is
 * written with the job, so a short job costs one commit. Synchronous: what takes longer is waited for by `drive`.
 */
export function lead(
  active: ActiveRun,
  deps: RunnerDeps,
  milliseconds: number,
  steps: number,
): RunEvent['type'] | 'pending' {
  const until = performance.now() + milliseconds
  while (active.outcomes.length < steps && performance.now() < until) {
    const event = timed(active, deps)
    if (event instanceof Promise) {
      active.event = event
      return 'pending'
    }
    if (event.type !== 'settled') {
      active.event = event
      if (event.type === 'begins') active.currentStep = pathOf(active.plan, event.position)
      return event.type
    }
    settle(active, deps, event.outcome)
  }
  return 'settled'
}

async function nextEvent(active: ActiveRun, deps: RunnerDeps): Promise<RunEvent> {
  const taken = active.event
  active.event = null
  return taken ?? timed(active, deps)
}

/** The next event; a block that held the event loop meanwhile is told of. */
function timed(active: ActiveRun, { telemetry }: RunnerDeps): RunEvent | Promise<RunEvent> {
  const index = active.run.next
  const began = performance.now()
  const event = advance(active.run)
  const milliseconds = performance.now() - began
  if (milliseconds > BLOCKING_MS) {
    const action = active.plan.steps[index]?.definition.action
    telemetry.emit('loopBlocked', { milliseconds, actions: action === undefined ? [] : [action] })
  }
  return event
}

function settle(active: ActiveRun, { telemetry }: RunnerDeps, outcome: StepOutcome): void {
  const { tenant, id } = active
  addOutcome(active, outcome)
  const { position, status, startedAt, finishedAt } = outcome
  const action = active.plan.steps[position - 1]?.definition.action ?? ''
  const milliseconds = startedAt === null ? null : finishedAt - startedAt
  telemetry.emit('stepFinished', { tenant, id, action, position, status, milliseconds })
}

/**
 * Before a step with effects: everything before it is committed, the job is surely held, and at least half of the lease
 * is left. Between the last look and the call nothing is waited for.
 */
async function announce(active: ActiveRun, deps: RunnerDeps, position: number): Promise<void> {
  const { tenant, id, plan, run } = active
  const path = pathOf(plan, position)
  const committed = active.currentStep === path && active.recorded === active.outcomes.length
  if (!committed) await commitProgress(active, deps, path)
  while (run.stop === null && !deps.lease.covers(active.provedAt)) await prove(active, deps)
  if (run.stop !== null) return
  const action = plan.steps[position - 1]?.definition.action ?? ''
  deps.telemetry.emit('stepBegins', { tenant, id, position, action })
}

/** Asks the database whether the job is still held; while it is away, again and again. */
async function prove(active: ActiveRun, { lease, telemetry }: RunnerDeps): Promise<void> {
  try {
    const provedAt = await lease.prove(active)
    if (provedAt !== null) active.provedAt = provedAt
    else if (!active.lost) {
      loseRun(active)
      telemetry.emit('jobLost', { tenant: active.tenant, id: active.id })
    }
  } catch (error) {
    telemetry.emit('databaseFailed', { during: 'renewing the lease', error })
    await sleep(PROVE_AGAIN_MS)
  }
}

async function conclude(active: ActiveRun, deps: RunnerDeps): Promise<RunExit> {
  deps.onEnding(active)
  const over = await commitEnd(active, deps)
  if (over !== null) return { kind: 'over', ...over }
  return { kind: active.lost ? 'lost' : 'stopped' }
}

async function leave(active: ActiveRun, deps: RunnerDeps): Promise<RunExit> {
  if (!active.lost && !active.behind && active.recorded < active.outcomes.length) await commitProgress(active, deps)
  return { kind: active.lost ? 'lost' : 'stopped' }
}
