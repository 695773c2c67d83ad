import { StepAborted } from '../errors.ts'
import type { Plan } from '../plan/plan.ts'
import { apply } from './apply.ts'
import { attempt, type Command } from './attempt.ts'
import { startCall } from './call.ts'
import { close } from './close.ts'
import type { Entry, JobMessage } from './entry.ts'
import { inHandIn, withdrawCall } from './halt.ts'
import { makeReady, openSequence } from './open.ts'
import { goOn } from './progress.ts'
import { recordFailedBelow, recordMark } from './record.ts'
import { resolveValue } from './resolve.ts'
import type { RunContext } from './runContext.ts'
import type { RunState, Sequence, StepFrame } from './state.ts'
import { beginStep } from './step.ts'
import { arm, dueAt, isOutOfTime } from './time.ts'
import { Variables } from './variables.ts'

export { endOf, lastFailureOf, type RunEnd } from './end.ts'
export type { Command }
export { apply, startCall, withdrawCall }

const IDLE: Command = { kind: 'idle' }
const OVER: Command = { kind: 'over' }
const STOPPED: Command = { kind: 'stopped' }

/** Makes the state of a run in which nothing has happened yet. `apply` takes up what is recorded of it. */
export function createRun(plan: Plan, context: RunContext, startedAt: number, ran = 0): RunState {
  const { timeoutMs, variables: initial } = plan.definition
  // Not kept in the plan, which is there for as long as the run: what a step changes would be held twice.
  const text = JSON.stringify(initial)
  const bytes = Buffer.byteLength(text)
  const variables = new Variables('', text, initial, false, bytes)
  const run: RunState = {
    plan,
    context,
    startedAt,
    // Made below: it knows its run.
    top: undefined as never,
    sequences: new Map(),
    ready: [],
    changed: [],
    unarmed: [],
    messages: [],
    children: [],
    orphans: [],
    told: 0,
    records: 0,
    resultBytes: 0,
    variablesBytes: bytes,
    uses: plan.uses === null ? NO_USES : new Map(plan.uses),
    exhausted: false,
    cancelled: false,
    neverBegun: false,
    timedOut: false,
    givenUp: false,
    pendingCancel: null,
    pendingTimeout: false,
    judged: null,
    end: null,
    handler: null,
    over: false,
    latest: startedAt,
    judgeAt: startedAt + Math.min(context.limits.jobTimeoutMs - ran, timeoutMs ?? Number.POSITIVE_INFINITY),
    success: null,
    ranMs: ran,
    since: context.clock.monotonic(),
    now: null,
    calls: 0,
    stop: null,
    disarm: null,
    wake: null,
  }
  run.top = openSequence(run, { plan: plan.top, path: '', role: 'job', owner: null, outer: null, variables })
  run.changed.length = 0
  goOn(run, run.top)
  return run
}

const NO_USES = new Map<string, number>()

/**
 * Takes a run one thing further: gives what happened, already applied, or what is to be done for it. A step whose block
 * is a plain function is over at once, without a promise: whoever drives the run decides what happens between two
 * entries (commit, tell, stop), and a loop over this is all it takes.
 */
export function next(run: RunState): Entry | Command {
  if (run.pendingCancel !== null || run.pendingTimeout) {
    const mark = takePending(run)
    if (mark !== null) return mark
  }
  for (;;) {
    const item = run.ready.pop()
    if (item === undefined) return aboutChildren(run) ?? rest(run)
    item.ready = false
    const happened = item.kind === 'sequence' ? ofSequence(run, item) : ofFrame(run, item)
    if (happened !== null) return happened
  }
}

/** A child job that is to be made, or that is of no use any more. */
function aboutChildren(run: RunState): Command | null {
  const orphan = run.orphans.shift()
  if (orphan !== undefined) return { kind: 'orphan', id: orphan }
  if (run.stop !== null) return null
  for (let child = run.children.shift(); child !== undefined; child = run.children.shift()) {
    const { frame, request } = child
    if (frame.sequence.open === frame && frame.wait?.kind === 'job')
      return { kind: 'child', path: frame.path, ...request }
  }
  return null
}

/** Nothing can go on by itself. */
function rest(run: RunState): Command {
  if (run.over) return OVER
  if (run.stop !== null && run.calls === 0) return STOPPED
  arm(run)
  return IDLE
}

function takePending(run: RunState): Entry | null {
  const { pendingCancel, top } = run
  run.pendingCancel = null
  if (pendingCancel !== null && !run.cancelled) {
    const { begun, inHand } = pendingCancel
    return recordMark(top, '', { kind: 'cancelled', begun, inHand: inHand ? null : inHandOf(run) })
  }
  if (!run.pendingTimeout) return null
  run.pendingTimeout = false
  return run.timedOut || run.over ? null : recordMark(top, '', { kind: 'timed-out' })
}

function inHandOf({ top, handler }: RunState): string[] {
  return handler === null ? inHandIn(top) : [...inHandIn(top), ...inHandIn(handler)]
}

function ofSequence(run: RunState, sequence: Sequence): Entry | Command | null {
  if (sequence.open !== null || sequence.phase === 'over' || sequence.phase === 'undo') return null
  if (sequence.phase === 'output') return makeOutput(run, sequence)
  if (run.stop !== null) {
    // Left where it is: whoever goes on with the job begins this step.
    return null
  }
  if (run.latest >= run.judgeAt && isOutOfTime(run)) {
    makeReady(run, sequence)
    return recordMark(run.top, '', { kind: 'timed-out' })
  }
  return beginStep(run, sequence)
}

/** A round, a branch or a catch went well, and has an output of its own. */
function makeOutput(run: RunState, sequence: Sequence): Entry | null {
  const { plan, path, owner } = sequence
  if (plan.output === null || owner?.kind !== 'frame') return null
  run.now = null
  try {
    return recordMark(sequence, path, { kind: 'value', value: resolveValue(sequence, plan.output) })
  } catch (error) {
    return recordFailedBelow(owner, error)
  }
}

function ofFrame(run: RunState, frame: StepFrame): Entry | Command | null {
  if (frame.sequence.open !== frame) return null
  switch (frame.phase) {
    case 'concluding':
      return close(frame)
    case 'backing-off':
      if (!frame.due || run.stop !== null) return null
      frame.due = false
      frame.wait = null
      return attempt(run, frame)
    case 'below':
      return ofContainer(run, frame)
    case 'attempt':
    case 'catching':
    case 'undoing':
      return null
  }
}

/** A step with others below it, or one that waits: its time is up, or its action has to decide. */
function ofContainer(run: RunState, frame: StepFrame): Entry | null {
  const { flow, wait, until, path, sequence } = frame
  if (frame.due && wait !== null && flow?.wants !== undefined) {
    // What came in time counts, however late it is looked at.
    const mark = flow.decide?.() ?? null
    if (mark !== null) return recordMark(sequence, path, mark)
  }
  if (frame.due) {
    frame.due = false
    if (until !== null && dueAt(frame) === until) {
      const inHand = [...frame.open].flatMap(inHandIn)
      return recordMark(sequence, path, { kind: 'stopped', timeout: true, inHand })
    }
    if (wait !== null && flow?.awoke !== undefined) {
      const mark = flow.awoke()
      return mark === null ? null : recordMark(sequence, path, mark)
    }
  }
  if (flow?.undecided !== true || flow.decide === undefined) return null
  flow.undecided = false
  run.now = null
  try {
    const mark = flow.decide()
    return mark === null ? null : recordMark(sequence, path, mark)
  } catch (error) {
    return recordFailedBelow(frame, error)
  }
}

/**
 * Cancels a run: steps whose blocks are being called are killed, later ones are skipped unless forced.
 *
 * @param how whether it never began, so that nothing runs; and whether a replica died since, so that the first step
 *   without a record on each path counts as the one that was being called
 */
export function cancelRun(run: RunState, how: { begun?: boolean; inHand?: boolean } = {}): void {
  if (run.cancelled || run.pendingCancel !== null) return
  run.pendingCancel = { begun: how.begun ?? true, inHand: how.inHand ?? false }
  run.wake?.()
}

/** The actions of the steps that a run is at, on all of its open paths. */
export function actionsInHand(run: RunState): string[] {
  return [run.top, ...run.sequences.values()].flatMap(({ plan, next: index, open }) => {
    if (open !== null && open.open.size > 0) return []
    return plan.steps[index]?.definition.action ?? []
  })
}

/** Stops a run where it is; nothing that is not yet recorded will be. */
export function stopRun(run: RunState, kind: 'draining' | 'lease-lost'): void {
  const message = kind === 'draining' ? 'the service is shutting down' : 'the lease of this job was lost'
  const reason = new StepAborted(kind, message)
  run.stop ??= reason
  for (const sequence of [run.top, ...run.sequences.values()]) sequence.open?.call?.cut?.(run.stop)
  run.wake?.()
}

/** Lets the steps in hand end, then stops. */
export function stopAfterStep(run: RunState): void {
  run.stop ??= new StepAborted('draining', 'the service is shutting down')
  run.wake?.()
}

/** Hands a run what has come for it from outside: a step that waits for it takes it. */
export function deliver(run: RunState, message: JobMessage): void {
  run.messages.push(message)
  for (const sequence of [run.top, ...run.sequences.values()]) {
    const { open } = sequence
    if (open?.flow?.wants?.(message) !== true) continue
    open.flow.undecided = true
    makeReady(run, open)
    break
  }
  run.wake?.()
}
