import { isFailure } from '../status.ts'
import type { Entry, Mark, MarkEntry, StepEntry, WaitEntry } from './entry.ts'
import { conclude, undoableBelow, undoableOf } from './conclude.ts'
import { FLOW_ACTIONS } from './flow/actions.ts'
import { openPause } from './flow/pause.ts'
import { haltAround, haltBeside, haltFailed, haltOverdue, haltSequence } from './halt.ts'
import { disarm, openFrame, openSequence } from './open.ts'
import { finish, goOn, settle } from './progress.ts'
import { caughtAround } from './reach.ts'
import type { Failure, RunState, Sequence, StepFrame } from './state.ts'

/**
 * Takes up one thing that happened: the state of a run is the fold of its entries by this function, whether they were
 * made just now or read. Nothing is evaluated here, so the same entries always give the same state.
 */
export function apply(run: RunState, entry: Entry): void {
  switch (entry.kind) {
    case 'step':
      applyStep(run, entry)
      break
    case 'waiting':
      run.told++
      begin(run, entry, { kind: 'begun', decision: null, until: entry.wait.until })
      break
    case 'mark':
      applyMark(run, entry)
      break
  }
  if (run.changed.length > 0) settle(run)
}

/** The open sequence that a step's path lies in; the job's own where that is not open any more. */
function sequenceAround(run: RunState, path: string): Sequence | undefined {
  const end = path.lastIndexOf('/')
  return end < 0 ? run.top : run.sequences.get(path.slice(0, end))
}

function applyStep(run: RunState, entry: StepEntry): void {
  run.told++
  run.records++
  run.latest = entry.finishedAt
  run.resultBytes += Buffer.byteLength(entry.json)
  const sequence = sequenceAround(run, entry.path)
  if (sequence === undefined) return
  const { open } = sequence
  if (entry.variables !== null) takeVariables(run, sequence, entry.variables.json)
  sequence.open = null
  sequence.interrupt = null
  sequence.next = entry.position
  sequence.results[entry.position - 1] = entry
  if (isFailure(entry.status)) fail(run, sequence, entry, open)
  else if (entry.status === 'DONE' || entry.status === 'HANDLED') {
    sequence.value = entry.returnValue
    const undoable = entry.status === 'DONE' ? undoableOf(sequence, entry.position - 1, open) : null
    if (undoable !== null) sequence.undoable.push(undoable)
  } else if (entry.status === 'STOPPED' && open !== null && !open.undoes && open.undoable.length > 0) {
    // What ran while a step waited was stopped by what it waited for: it is undone only where something fails.
    sequence.undoable.push(undoableBelow(run, open))
  }
  if (open !== null) forget(run, open)
  goOn(run, sequence)
}

function takeVariables(run: RunState, { variables }: Sequence, text: string): void {
  if (variables.text === text) return
  const bytes = Buffer.byteLength(text)
  run.variablesBytes += bytes - variables.bytes
  variables.keep(null, text, bytes)
}

function fail(run: RunState, sequence: Sequence, entry: StepEntry, frame: StepFrame | null): void {
  const { status, cause, path, written, attempt, returnValue, startedAt } = entry
  const known = frame?.conclusion?.kind === 'failed' ? frame.conclusion.failure : null
  const inner = known === null ? innerOf(sequence, entry, frame) : known.inner
  sequence.failure = {
    status,
    cause,
    step: path,
    written,
    seq: run.told,
    attempts: attempt,
    error: returnValue,
    inner,
    startedAt,
  }
  if (sequence.mode === 'running') sequence.mode = 'failed'
  if (cause !== 'step-runs' || run.exhausted) return
  run.exhausted = true
  haltBeside(run, sequence, { how: 'stopped', undoes: true, inHand: [] })
}

/** What a step that failed was caused by, where only its record is known. */
function innerOf(sequence: Sequence, { status, cause }: StepEntry, frame: StepFrame | null): Failure | null {
  if (status === 'CHILD_FAILED') return frame?.failure ?? null
  return cause === 'thrown-again' ? (caughtAround(sequence)?.inner ?? null) : null
}

/** A step is over: nothing of it is kept. */
function forget(run: RunState, frame: StepFrame): void {
  disarm(frame)
  frame.flow?.left?.()
  if (frame.call !== null) {
    frame.call = null
    run.calls--
  }
  for (const below of frame.open) run.sequences.delete(below.path)
}

function applyMark(run: RunState, { path, at, mark }: MarkEntry): void {
  switch (mark.kind) {
    case 'cancelled':
      return applyCancel(run, mark)
    case 'timed-out':
      run.timedOut = true
      return haltAll(run, 'job-timeout', null)
    case 'value': {
      const sequence = run.sequences.get(path)
      if (sequence === undefined) return
      sequence.value = mark.value
      return finish(run, sequence)
    }
    case 'begun':
      return begin(run, { path, at }, mark)
    case 'variables': {
      const sequence = path === '' ? run.top : run.sequences.get(path)
      if (sequence !== undefined) takeVariables(run, sequence, JSON.stringify(mark.variables))
      return
    }
    default: {
      const sequence = sequenceAround(run, path)
      if (sequence === undefined) return
      applyToStep(run, sequence, sequence.open ?? openFrame(sequence), at, mark)
    }
  }
}

type StepMark = Exclude<Mark, { kind: 'cancelled' | 'timed-out' | 'value' | 'begun' | 'variables' }>

function applyToStep(run: RunState, sequence: Sequence, frame: StepFrame, at: number, mark: StepMark): void {
  switch (mark.kind) {
    case 'attempt':
      frame.attempts.push(mark.attempt)
      frame.attempt = frame.attempts.length
      frame.followed[mark.rule] = (frame.followed[mark.rule] ?? 0) + 1
      frame.startedAt ??= mark.attempt.startedAt
      reset(run, frame, 'backing-off')
      frame.wait = { kind: 'retry', since: at, until: mark.until }
      run.unarmed.push(frame)
      return
    case 'caught':
      return catchFailure(run, frame, mark)
    case 'failed':
      return haltFailed(run, frame, mark.failure, mark.inHand ?? [])
    case 'stopped':
      if (mark.timeout) return haltOverdue(run, frame, mark.inHand)
      // What it asked for is decided: where this is read, it is not to be asked again.
      if (frame.flow?.undecided === true) frame.flow.undecided = false
      for (const below of [...frame.open]) {
        haltSequence(run, below, { how: 'stopped', undoes: true, inHand: mark.inHand })
      }
      return
    case 'end':
      run.end ??= { given: mark.given, output: mark.output }
      frame.startedAt ??= at
      haltAround(run, sequence, mark.inHand)
      return conclude(frame, { kind: 'value', value: null })
    case 'taken':
      frame.until = null
      disarm(frame)
      frame.wait = null
      frame.flow?.decided?.(mark, at)
      return
    case 'round':
      frame.wait = null
      frame.flow?.decided?.(mark, at)
      if (frame.wait !== null) run.unarmed.push(frame)
  }
}

/** Nothing is left of an attempt but that it was made. */
function reset(run: RunState, frame: StepFrame, phase: StepFrame['phase']): void {
  disarm(frame)
  if (frame.call !== null) run.calls--
  frame.call = null
  frame.flow?.left?.()
  frame.flow = null
  frame.conclusion = null
  frame.halted = null
  frame.until = null
  frame.wait = null
  frame.phase = phase
}

/** A step with others below it, or a wait, begins. */
function begin(
  run: RunState,
  { path, at, ...entry }: { path: string; at: number } & Partial<WaitEntry>,
  mark: Mark & { kind: 'begun' },
): void {
  const sequence = sequenceAround(run, path)
  if (sequence === undefined) return
  const frame = sequence.open ?? openFrame(sequence)
  frame.attempt = frame.attempts.length + 1
  frame.attemptAt = at
  frame.startedAt ??= at
  frame.phase = 'below'
  frame.until = mark.until
  frame.wait = entry.wait ?? null
  const { action } = frame.step.definition
  frame.flow = (FLOW_ACTIONS.get(action)?.open ?? openPause)(frame, mark.decision)
  if (frame.until !== null || frame.wait !== null) run.unarmed.push(frame)
}

function catchFailure(run: RunState, frame: StepFrame, mark: Mark & { kind: 'caught' }): void {
  const { sequence, index, step, path } = frame
  const failure: Failure = mark.failure
  reset(run, frame, 'catching')
  frame.caught = failure
  frame.failure = null
  frame.handler = mark.handler
  frame.attempt = mark.attempt
  frame.startedAt ??= failure.startedAt
  const handler = step.flow?.catches[mark.handler]
  if (handler === undefined) return
  openSequence(run, {
    plan: handler.sequence,
    path: `${path}/catch`,
    role: 'catch',
    owner: frame,
    outer: { sequence, index },
    variables: sequence.variables,
    handles: failure,
  })
}

function applyCancel(run: RunState, { begun, inHand }: Mark & { kind: 'cancelled' }): void {
  run.cancelled = true
  if (!begun) run.neverBegun = true
  haltAll(run, 'cancelled', begun ? inHand : [])
  const { top } = run
  if (top.phase !== 'over' || run.handler !== null || top.failure !== null) return
  // The job was over but for its end: what it did is undone.
  run.over = false
  top.mode = 'cancelled'
  top.phase = 'steps'
  run.changed.push(top)
}

function haltAll(run: RunState, how: 'cancelled' | 'job-timeout', inHand: readonly string[] | null): void {
  const halting = { how, undoes: true, inHand }
  haltSequence(run, run.top, halting)
  if (run.handler !== null) haltSequence(run, run.handler, halting)
}
