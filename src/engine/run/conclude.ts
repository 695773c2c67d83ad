import { disarm, makeReady, openSequence } from './open.ts'
import type { Conclusion, Sequence, StepFrame, Undoable } from './state.ts'

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
    handles: owner.failure,
    bounded: home.mode === 'stopped' || run.timedOut,
  })
  return true
}

/** What of a step that ended well is to be undone, should what it stands in fail. */
export function undoableOf(sequence: Sequence, index: number, frame: StepFrame | null): Undoable | null {
  const ended = sequence.run.told
  if (sequence.plan.steps[index]?.flow?.undo != null) return { kind: 'step', ended, sequence, index }
  if (frame === null || frame.undoable.length === 0) return null
  return { kind: 'below', ended, steps: frame.undoable.sort((a, b) => a.ended - b.ended) }
}
