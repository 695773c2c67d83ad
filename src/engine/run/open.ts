import type { SequencePlan, StepPlan } from '../plan/tree.ts'
import type { Failure, Round, RunState, Sequence, SequenceRole, StepFrame } from './state.ts'
import type { Variables } from './variables.ts'
import { stepAt } from './planned.ts'

/** What a sequence is opened with. */
export type Opening = {
  readonly plan: SequencePlan
  readonly path: string
  readonly role: SequenceRole
  readonly owner: StepFrame | Sequence | null
  readonly outer: Sequence['outer']
  readonly variables: Variables
  readonly number?: number
  readonly round?: Round | null
  readonly handles?: Failure | null
  readonly bounded?: boolean
}

/** Begins a pass through a list of steps; it is looked at when what is being done is done. */
export function openSequence(run: RunState, opening: Opening): Sequence {
  const {
    plan,
    path,
    role,
    owner,
    outer,
    variables,
    number = 0,
    round = null,
    handles = null,
    bounded = false,
  } = opening
  const sequence: Sequence = {
    kind: 'sequence',
    run,
    plan,
    path,
    role,
    owner,
    outer,
    number,
    round,
    handles,
    variables,
    results: [],
    uses: number > 0 && plan.counted.length > 0 ? countUses(run, plan.counted) : null,
    mode: 'running',
    bounded,
    phase: 'steps',
    next: 0,
    open: null,
    interrupt: null,
    failure: null,
    value: null,
    undoable: [],
    undoes: true,
    ready: false,
  }
  if (role !== 'job') run.sequences.set(path, sequence)
  if (owner?.kind === 'frame' && role !== 'undo') owner.open.add(sequence)
  run.changed.push(sequence)
  return sequence
}

/** Opens a sequence below a step. It has the variables of the step's own sequence, or a copy of them. */
export function openBelow(
  frame: StepFrame,
  plan: SequencePlan,
  part: string | null,
  more: { number?: number; round?: Round; copies?: boolean } = {},
): Sequence {
  const { sequence, index } = frame
  const path = part === null ? frame.path : `${frame.path}/${part}`
  return openSequence(sequence.run, {
    plan,
    path,
    role: 'below',
    owner: frame,
    outer: { sequence, index },
    variables: more.copies === true ? sequence.variables.copy(path) : sequence.variables,
    number: more.number ?? 0,
    round: more.round ?? null,
  })
}

/** A further round uses its blocks again. */
function countUses(run: RunState, steps: readonly StepPlan[]): Map<StepPlan, number> {
  const counted = new Map<StepPlan, number>()
  for (const step of steps) {
    const { action } = step.definition
    const uses = (run.uses.get(action) ?? 0) + 1
    run.uses.set(action, uses)
    counted.set(step, uses)
  }
  return counted
}

/** The path of a step in a sequence. */
export function pathIn(sequence: Sequence, id: string): string {
  return sequence.path === '' ? id : `${sequence.path}/${id}`
}

/** Keeps what becomes known of the step that a sequence has come to. */
export function openFrame(sequence: Sequence): StepFrame {
  const index = sequence.next
  const step = stepAt(sequence.plan, index)
  const frame: StepFrame = {
    kind: 'frame',
    sequence,
    index,
    step,
    path: pathIn(sequence, step.definition.id),
    startedAt: null,
    attemptAt: 0,
    attempts: [],
    attempt: 0,
    followed: [],
    until: null,
    wait: null,
    parameters: null,
    phase: 'attempt',
    call: null,
    flow: null,
    open: new Set(),
    undoable: [],
    ownFailure: null,
    failure: null,
    halted: null,
    undoes: true,
    conclusion: null,
    caught: null,
    handler: 0,
    due: false,
    disarm: null,
    ready: false,
  }
  sequence.open = frame
  return frame
}

/** It can go on: `next` looks at it. */
export function makeReady(run: RunState, item: Sequence | StepFrame): void {
  if (item.ready) return
  item.ready = true
  run.ready.push(item)
}

/** Its timer is needed no more. */
export function disarm(frame: StepFrame): void {
  frame.disarm?.()
  frame.disarm = null
  frame.due = false
}
