import { StepAborted } from '../errors.ts'
import { conclude } from './conclude.ts'
import { killed, outOfTime } from './failure.ts'
import { jobLimitMs } from './time.ts'
import { disarm, pathIn } from './open.ts'
import { concludeHalted, finish } from './progress.ts'
import type { Failure, RunState, Sequence, StepFrame } from './state.ts'

/** Why several things go no further, and which of their steps were being run. */
export type Halting = {
  readonly how: 'stopped' | 'cancelled' | 'job-timeout'
  /** What ended well in them is undone. */
  readonly undoes: boolean
  /** Paths of the steps that were being run; null: not known, so the next step of each counts. */
  readonly inHand: readonly string[] | null
}

/** Halts a sequence and what is below it: what is being run is cut off, what is left is passed over. */
export function haltSequence(run: RunState, sequence: Sequence, halting: Halting): void {
  if (sequence.phase === 'over') return
  const { how, undoes, inHand } = halting
  if (how === 'stopped') sequence.mode = 'stopped'
  else if (how === 'cancelled' && sequence.mode === 'running') sequence.mode = 'cancelled'
  if (!undoes) sequence.undoes = false
  const { open } = sequence
  if (open !== null) haltFrame(run, open, halting)
  else if (how === 'job-timeout' || isInHand(sequence, inHand)) sequence.interrupt = how
  run.changed.push(sequence)
}

function isInHand(sequence: Sequence, inHand: readonly string[] | null): boolean {
  const step = sequence.plan.steps[sequence.next]
  if (step === undefined || sequence.phase !== 'steps') return false
  return inHand === null || inHand.includes(pathIn(sequence, step.definition.id))
}

/** Halts one step that is being run, waits, or has others below it. */
function haltFrame(run: RunState, frame: StepFrame, halting: Halting): void {
  const { how, undoes } = halting
  if (!undoes) frame.undoes = false
  if (frame.conclusion !== null) {
    // It is over but for its record; or fails, and is no longer tried again or caught.
    frame.halted ??= how
    return
  }
  if (frame.open.size > 0) {
    if (how !== 'job-timeout') frame.halted ??= how
    frame.wait = null
    disarm(frame)
    for (const below of [...frame.open]) haltSequence(run, below, halting)
  } else if (frame.call !== null && !frame.call.begun) {
    withdrawCall(frame)
    if (how === 'job-timeout') frame.sequence.interrupt = how
  } else if (frame.call?.cut != null) frame.call.cut(REASONS[how])
  else cutOff(frame, how)
}

/** A call that has not begun is as if it had not been thought of. */
export function withdrawCall(frame: StepFrame): void {
  const { run } = frame.sequence
  if (frame.call === null || frame.call.begun) return
  run.calls--
  frame.call = null
  frame.sequence.open = null
  run.changed.push(frame.sequence)
}

/** Ends a step that is being run, or waits. `variables`: what it left, where it changed them. */
export function cutOff(frame: StepFrame, how: Halting['how'], variables: string | null = null): void {
  frame.halted = how
  const { run } = frame.sequence
  if (how === 'stopped') return conclude(frame, { kind: 'stopped', variables })
  const failure = how === 'cancelled' ? killed(frame) : outOfTime(frame, 'job', jobLimitMs(run))
  conclude(frame, { kind: 'failed', failure, finishedAt: run.context.clock.now(), variables, again: null })
}

const REASONS: Readonly<Record<Halting['how'], StepAborted>> = {
  stopped: new StepAborted('stopped', 'the step was stopped with what it stands in'),
  cancelled: new StepAborted('cancelled', 'the job was cancelled'),
  'job-timeout': new StepAborted('timed-out', 'the job took longer than it may'),
}

/**
 * Lets what is being called below a step end, and begins nothing further there; waits are over. Nothing failed: what ended
 * well is undone only where something does later.
 *
 * @param inHand the paths of the steps that were being called
 */
export function settleGently(run: RunState, sequence: Sequence, inHand: readonly string[]): void {
  sequence.mode = 'stopped'
  if (sequence.phase === 'steps') sequence.undoes = false
  run.changed.push(sequence)
  const { open } = sequence
  if (isInHand(sequence, inHand)) {
    // Where this is read, its replica may have died before the end of the call.
    sequence.interrupt = 'let-end'
    return
  }
  if (open === null || open.conclusion !== null) return
  if (open.open.size > 0) {
    open.halted ??= 'stopped'
    open.undoes = false
    for (const below of [...open.open]) settleGently(run, below, inHand)
  } else if (open.call !== null && !open.call.begun) withdrawCall(open)
  else if (open.call === null) cutOff(open, 'stopped')
}

/** The time of a step is up: what is below it is stopped, or it waits no longer. */
export function haltOverdue(run: RunState, frame: StepFrame, inHand: readonly string[]): void {
  frame.halted = 'timeout'
  frame.wait = null
  disarm(frame)
  if (frame.open.size === 0) return concludeHalted(frame, 'timeout')
  for (const below of [...frame.open]) haltSequence(run, below, { how: 'stopped', undoes: true, inHand })
}

/** A step fails by itself: what is below it is stopped. */
export function haltFailed(run: RunState, frame: StepFrame, failure: Failure, inHand: readonly string[]): void {
  frame.halted = 'failed'
  frame.ownFailure = failure
  for (const below of [...frame.open]) {
    if (below.phase !== 'output') haltSequence(run, below, { how: 'stopped', undoes: true, inHand })
    else finish(run, below)
  }
  if (frame.open.size === 0 && frame.conclusion === null) concludeHalted(frame, 'failed')
}

/** FLOW.END: everything around goes no further, and what runs beside it is stopped; nothing is undone. */
export function haltAround(run: RunState, from: Sequence, inHand: readonly string[]): void {
  haltBeside(run, from, { how: 'stopped', undoes: false, inHand })
  for (let sequence = from; ; ) {
    sequence.mode = 'ended'
    run.changed.push(sequence)
    const { owner, role } = sequence
    if (owner?.kind !== 'frame') return
    if (role !== 'catch') owner.halted = 'ended'
    sequence = owner.sequence
  }
}

/** Halts what runs side by side with a sequence, or with what it stands in. */
export function haltBeside(run: RunState, from: Sequence, halting: Halting): void {
  for (let sequence = from; sequence.owner?.kind === 'frame'; sequence = sequence.owner.sequence) {
    for (const beside of [...sequence.owner.open]) if (beside !== sequence) haltSequence(run, beside, halting)
  }
}

/** The paths of the steps whose block is being called, or was and has no record yet, in a sequence and below it. */
export function inHandIn(sequence: Sequence): string[] {
  const { open } = sequence
  if (open === null) return []
  if (open.call?.begun === true) return [open.path]
  return [...open.open].flatMap(inHandIn)
}
