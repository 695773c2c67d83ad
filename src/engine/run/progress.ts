import type { SequencePlan } from '../plan/tree.ts'
import { conclude, undoFurther, undoNext } from './conclude.ts'
import { childFailed, killed, outOfTime } from './failure.ts'
import { MORE_RECORDS } from './limits.ts'
import { makeReady, openSequence } from './open.ts'
import type { RunState, Sequence, StepFrame } from './state.ts'
import { jobLimitMs } from './time.ts'

/** Looks at everything that changed, until nothing does: where it goes on, and what is over. */
export function settle(run: RunState): void {
  while (run.changed.length > 0) {
    // The last to be made ready goes on first, so those that were opened together go on in their order.
    const batch = run.changed.splice(0)
    for (const sequence of batch.reverse()) {
      // Where something is being undone, the end of that goes on with it: a cancel, or what stops it, begins no other.
      if (sequence.phase !== 'undo') goOn(run, sequence)
    }
  }
}

/** Where a sequence goes on after a step of it: at the next one, at its undoing, at its output, or nowhere. */
export function goOn(run: RunState, sequence: Sequence): void {
  if (sequence.open !== null || sequence.phase === 'over') return
  if (sequence.phase === 'steps') {
    const { steps } = sequence.plan
    // What most steps come to: the next one.
    if (sequence.mode === 'running' && !run.exhausted && sequence.next < steps.length) return makeReady(run, sequence)
    while (sequence.next < steps.length && leavesNoRecord(run, sequence)) sequence.next++
    if (sequence.next < steps.length) return makeReady(run, sequence)
    sequence.phase = 'undo'
  }
  if (sequence.phase === 'undo') {
    if (isToBeUndone(sequence) && undoNext(sequence)) return
    sequence.phase = 'output'
  }
  if (sequence.plan.output !== null && isWell(sequence)) makeReady(run, sequence)
  else finish(run, sequence)
}

/** What a stopped sequence passes over; and, once a job has all the records it may have, what any other would. */
function leavesNoRecord({ records, exhausted, context }: RunState, { plan, next, mode, interrupt }: Sequence): boolean {
  if (exhausted && records >= context.limits.stepRuns + MORE_RECORDS) return true
  if (mode === 'running' || plan.steps[next]?.definition.forced === true) return false
  return (mode === 'stopped' && interrupt === null) || exhausted
}

/** Whether its steps all ended as they should, so that it has a value. */
export function isWell({ mode, failure }: Sequence): boolean {
  return mode === 'running' && failure === null
}

function isToBeUndone({ mode, failure, undoable }: Sequence): boolean {
  if (undoable.length === 0 || mode === 'ended') return false
  return failure !== null || mode === 'cancelled' || mode === 'stopped'
}

/** A sequence is over: what it belongs to is told. */
export function finish(run: RunState, sequence: Sequence): void {
  sequence.phase = 'over'
  const { owner, role } = sequence
  if (owner === null) return finishJob(run, sequence)
  run.sequences.delete(sequence.path)
  releaseVariables(run, sequence)
  if (owner.kind === 'sequence') goOn(run, owner)
  else if (role === 'undo') undoFurther(owner)
  else if (role === 'catch') finishCatch(owner, sequence)
  else finishBelow(owner, sequence)
}

/** A copy of the variables is let go of; what an undo may need is kept as text. */
function releaseVariables(run: RunState, { variables, outer, undoable }: Sequence): void {
  if (outer === null || variables === outer.sequence.variables) return
  if (undoable.length > 0) variables.rest()
  else run.variablesBytes -= variables.bytes
}

function finishBelow(frame: StepFrame, sequence: Sequence): void {
  frame.open.delete(sequence)
  frame.undoable.push(...sequence.undoable)
  if (sequence.failure !== null && sequence.mode !== 'stopped') frame.failure = sequence.failure
  if (frame.halted === null) frame.flow?.over(sequence)
  else if (frame.open.size === 0 && frame.conclusion === null) concludeHalted(frame, frame.halted)
}

/** Everything below a step that was halted is over: how it ends. */
export function concludeHalted(frame: StepFrame, halted: NonNullable<StepFrame['halted']>): void {
  if (halted === 'stopped') return conclude(frame, { kind: 'stopped', variables: null })
  const { limits, clock } = frame.sequence.run.context
  const failed = (failure: ReturnType<typeof killed>): void =>
    conclude(frame, { kind: 'failed', failure, finishedAt: clock.now(), variables: null, again: null })
  if (halted === 'failed' && frame.ownFailure !== null) return failed(frame.ownFailure)
  if (halted === 'timeout') return failed(outOfTime(frame, 'step', frame.step.flow?.timeoutMs ?? limits.stepTimeoutMs))
  if (frame.failure !== null) return failed(childFailed(frame, frame.failure))
  if (halted === 'ended') return conclude(frame, { kind: 'value', value: null })
  failed(halted === 'cancelled' ? killed(frame) : outOfTime(frame, 'job', jobLimitMs(frame.sequence.run)))
}

/** A catch is over: its step is handled, or fails with what failed in it. */
function finishCatch(frame: StepFrame, sequence: Sequence): void {
  frame.open.delete(sequence)
  if (frame.halted === 'failed') return concludeHalted(frame, 'failed')
  const finishedAt = sequence.run.context.clock.now()
  if (sequence.failure !== null) {
    const failure = childFailed(frame, sequence.failure)
    conclude(frame, { kind: 'failed', failure, finishedAt, variables: null, again: null })
  } else if (sequence.mode === 'stopped') conclude(frame, { kind: 'stopped', variables: null })
  else if (sequence.mode === 'cancelled') {
    conclude(frame, { kind: 'failed', failure: killed(frame), finishedAt, variables: null, again: null })
  } else conclude(frame, { kind: 'value', value: sequence.mode === 'ended' ? null : sequence.value })
}

/** The job's steps, or those of its handler, are over. */
function finishJob(run: RunState, sequence: Sequence): void {
  const handler = run.plan.onFailure
  if (
    sequence.role === 'job' &&
    sequence.failure !== null &&
    handler !== null &&
    !run.cancelled &&
    run.handler === null
  ) {
    run.handler = openHandler(run, handler)
  } else run.over = true
}

function openHandler(run: RunState, plan: SequencePlan): Sequence {
  const { top } = run
  return openSequence(run, {
    plan,
    path: 'on_failure',
    role: 'on_failure',
    owner: null,
    outer: { sequence: top, index: -1 },
    variables: top.variables,
    handles: top.failure,
  })
}
