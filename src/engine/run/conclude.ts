import { outOfTime } from './failure.ts'
import { disarm, makeReady, openSequence } from './open.ts'
import type { Conclusion, Failure, RunState, Sequence, StepFrame, Undoable } from './state.ts'

/** Decides how a step ends. What ended well below one that does not is undone before its end. */
export function conclude(frame: StepFrame, conclusion: Conclusion): void {
  frame.conclusion = conclusion
  frame.wait = null
  disarm(frame)
  frame.phase = 'undoing'
  if (conclusion.kind === 'value' || conclusion.kind === 'made' || !undoNext(frame)) close(frame)
}

/** An undo below a step is over: the next one, or its end. */
export function undoFurther(frame: StepFrame): void {
  if (!undoNext(frame)) close(frame)
}

function close(frame: StepFrame): void {
  frame.phase = 'concluding'
  makeReady(frame.sequence.run, frame)
}

/** Begins to undo what ended last among what is still to be undone; false: nothing is. */
export function undoNext(owner: Sequence | StepFrame): boolean {
  if (!owner.undoes) return false
  const { undoable } = owner
  for (let last = undoable.pop(); last !== undefined; last = undoable.pop()) {
    if (last.kind === 'below') undoable.push(...last.steps)
    else if (openUndo(owner, last)) return true
  }
  return false
}

function openUndo(owner: Sequence | StepFrame, { sequence, index }: Undoable & { kind: 'step' }): boolean {
  const { run } = sequence
  const step = sequence.plan.steps[index]
  const plan = step?.flow?.undo
  if (step === undefined || plan == null) return false
  const home = owner.kind === 'frame' ? owner.sequence : owner
  openSequence(run, {
    plan,
    path: `${sequence.path === '' ? '' : `${sequence.path}/`}${step.definition.id}/undo`,
    role: 'undo',
    owner,
    outer: { sequence, index },
    variables: sequence.variables,
    handles: undoneFor(owner),
    bounded: home.mode === 'stopped' || run.timedOut,
  })
  return true
}

/** What something is undone for: what failed in it, or what stopped it; null: a cancel, or that another branch was first. */
function undoneFor(owner: Sequence | StepFrame): Failure | null {
  if (owner.kind === 'sequence') {
    if (owner.failure !== null || owner.mode !== 'stopped') return owner.failure
    return owner.owner?.kind === 'frame' ? undoneFor(owner.owner) : null
  }
  const { conclusion, halted, ownFailure, failure, sequence, step } = owner
  if (conclusion?.kind === 'failed') return conclusion.failure
  if (halted === 'timeout') {
    return outOfTime(owner, 'step', step.flow?.timeoutMs ?? sequence.run.context.limits.stepTimeoutMs)
  }
  return ownFailure ?? failure ?? (halted === 'stopped' ? undoneFor(sequence) : null)
}

/** What of a step that ended well is to be undone, should what it stands in fail. */
export function undoableOf(sequence: Sequence, index: number, frame: StepFrame | null): Undoable | null {
  const { run, plan } = sequence
  if (plan.steps[index]?.flow?.undo != null) return { kind: 'step', ended: run.told, sequence, index }
  return frame === null || frame.undoable.length === 0 ? null : undoableBelow(run, frame)
}

/** A step for what ended well below it, the last to end last. */
export function undoableBelow(run: RunState, { undoable }: StepFrame): Undoable {
  return { kind: 'below', ended: run.told, steps: undoable.sort((a, b) => a.ended - b.ended) }
}
