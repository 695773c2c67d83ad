import type { Wait } from './entry.ts'
import { makeReady } from './open.ts'
import type { RunState, StepFrame } from './state.ts'

/** How long the job was run, by whoever had it: waits, the queue and the time between two owners don't count. */
export function ranMs({ ranMs: before, since, context }: RunState): number {
  return since === null ? before : before + context.clock.monotonic() - since
}

/** The run does nothing but wait: its time stands still. */
export function pauseTime(run: RunState): void {
  run.ranMs = ranMs(run)
  run.since = null
}

/** The run goes on. */
export function resumeTime(run: RunState): void {
  run.since ??= run.context.clock.monotonic()
  run.judgeAt = Number.NEGATIVE_INFINITY
}

/** Shorter waits are waited for in place. */
export const SHORT_WAIT_MS = 1000

/** A wait that is open. */
export type OpenWait = { readonly path: string; readonly wait: Wait }

/** What a run waits for, on all of its open paths. */
export function openWaits(run: RunState): OpenWait[] {
  const waits: OpenWait[] = []
  for (const { open } of [run.top, ...run.sequences.values()]) {
    if (open?.wait != null && open.conclusion === null) waits.push({ path: open.path, wait: open.wait })
  }
  return waits
}

/**
 * Whether a run that is idle does nothing but wait, for longer than is worth its place. A wait of a second has a moment less
 * by the time that it is looked at: what counts is how long it is, and that the better part of it is left.
 */
export function isResting(run: RunState): boolean {
  if (run.calls > 0 || run.ready.length > 0 || run.over) return false
  const next = nextMoment(run)
  if (next === null) return true
  const left = next.at - run.context.clock.now()
  return left >= SHORT_WAIT_MS || (left >= SHORT_WAIT_MS / 2 && next.at - next.since >= SHORT_WAIT_MS)
}

/** Whether a wait for something from outside is about to end by its time. */
export function isGivingUp(run: RunState): boolean {
  return run.ready.some(
    (item) => item.kind === 'frame' && item.due && item.wait !== null && item.flow?.wants !== undefined,
  )
}

/** When a run that waits goes on by itself, at the latest; null: never. */
export function wakeAt(run: RunState): number | null {
  return nextMoment(run)?.at ?? null
}

/** The moment that comes first of all that a run waits for, and since when; null: it waits for none. */
function nextMoment(run: RunState): { readonly at: number; readonly since: number } | null {
  const { timeoutMs } = run.plan.definition
  const { startedAt: since } = run
  let next = timeoutMs === null || run.timedOut ? null : { at: since + timeoutMs, since }
  for (const { open } of [run.top, ...run.sequences.values()]) {
    const at = open === null || open.conclusion !== null ? null : dueAt(open)
    if (open !== null && at !== null && (next === null || at < next.at)) {
      next = { at, since: open.wait?.since ?? open.attemptAt }
    }
  }
  return next
}

/** The milliseconds until the job's time is up. */
export function timeLeft(run: RunState): number {
  const { limits, clock } = run.context
  const { timeoutMs } = run.plan.definition
  const left = limits.jobTimeoutMs - ranMs(run)
  return timeoutMs === null ? left : Math.min(left, run.startedAt + timeoutMs - clock.now())
}

/** How long the job may take: by the bound that is met first. */
export function jobLimitMs(run: RunState): number {
  const { limits, clock } = run.context
  const { timeoutMs } = run.plan.definition
  if (timeoutMs === null) return limits.jobTimeoutMs
  const isOwn = run.startedAt + timeoutMs - clock.now() <= limits.jobTimeoutMs - ranMs(run)
  return isOwn ? timeoutMs : limits.jobTimeoutMs
}

/** Whether the job's time is up before a step begins. Asked only once it may be: clocks cost as much as a short step. */
export function isOutOfTime(run: RunState): boolean {
  if (run.timedOut) return false
  const left = timeLeft(run)
  run.judgeAt = run.context.clock.now() + left
  return left <= 0
}

/** When a step that waits, or has a time of its own, is to be looked at again; null: never by itself. */
export function dueAt({ wait, until }: StepFrame): number | null {
  const moment = wait?.until ?? null
  if (moment === null || until === null) return moment ?? until
  return Math.min(moment, until)
}

/** A timer can't be set for longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Sets the timers of what waits, and of the job itself. */
export function arm(run: RunState): void {
  for (const frame of run.unarmed.splice(0)) armFrame(run, frame)
  if (run.disarm !== null || run.timedOut) return
  const left = timeLeft(run)
  run.disarm = run.context.clock.after(Math.min(Math.max(left, 0), LONGEST_TIMER_MS), () => {
    run.disarm = null
    if (timeLeft(run) <= 1) run.pendingTimeout = true
    run.wake?.()
  })
}

function armFrame(run: RunState, frame: StepFrame): void {
  const moment = dueAt(frame)
  if (moment === null || frame.sequence.open !== frame || frame.conclusion !== null) return
  frame.disarm?.()
  const left = moment - run.context.clock.now()
  frame.disarm = run.context.clock.after(Math.min(Math.max(left, 0), LONGEST_TIMER_MS), () => {
    frame.disarm = null
    if (left > LONGEST_TIMER_MS) run.unarmed.push(frame)
    else {
      frame.due = true
      makeReady(run, frame)
    }
    run.wake?.()
  })
}

/** No timer is needed any more: the run is left. */
export function disarmAll(run: RunState): void {
  run.disarm?.()
  run.disarm = null
  for (const sequence of [run.top, ...run.sequences.values()]) {
    sequence.open?.disarm?.()
    if (sequence.open !== null) sequence.open.disarm = null
  }
}
