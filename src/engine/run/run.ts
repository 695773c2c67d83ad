import { callBlock } from './call.ts'
import { StepAborted } from '../errors.ts'
import { copyJson, isObject, type JsonObject } from '../values/json.ts'
import type { Plan } from '../plan/plan.ts'
import { resolveValue } from './resolve.ts'
import type { Resume, RunState, StepOutcome, RunContext } from './state.ts'
import { isFailure } from '../status.ts'
import { endBeforeCall, prepareStep } from './step.ts'

/** What a run tells whoever drives it. It goes on only when it is asked for the next. */
export type RunEvent =
  /** A step with effects is about to begin: now is the time to commit what came before. */
  | { readonly type: 'begins'; readonly position: number }
  | { readonly type: 'settled'; readonly outcome: StepOutcome }
  /** All steps are over; `endOf` tells how. */
  | { readonly type: 'ended' }
  /** Stopped by a drain or a lost lease: what was settled until then is all that may be recorded. */
  | { readonly type: 'stopped' }

const ENDED: RunEvent = { type: 'ended' }
const STOPPED: RunEvent = { type: 'stopped' }

/** How a run ended. */
export type RunEnd = {
  readonly state: 'succeeded' | 'failed' | 'cancelled'
  readonly success: boolean
  readonly failedPosition: number | null
  /** The job's output as JSON text; null without one. */
  readonly output: string | null
  /** The output was too large, or could not be made. */
  readonly outputOmitted: boolean
}

const FRESH: Resume = { outcomes: [], variables: null, cancelled: null, givenUp: false }

/** Makes the state of a run, of a new job or of one that goes on from what is recorded. */
export function createRun(plan: Plan, context: RunContext, startedAt: number, resume: Resume = FRESH): RunState {
  const text = resume.variables ?? JSON.stringify(plan.definition.variables)
  const run: RunState = {
    plan,
    context,
    startedAt,
    results: plan.steps.map(() => ({ status: 'NONE', returnValue: null })),
    variables: resume.variables === null ? (copyJson(plan.definition.variables) as JsonObject) : JSON.parse(text),
    variablesText: text,
    inherited: resume.variables !== null,
    variablesBytes: Buffer.byteLength(text),
    resultBytes: 0,
    success: null,
    failed: false,
    failedPosition: null,
    cancelled: resume.cancelled,
    givenUp: resume.givenUp,
    timedOut: false,
    stop: null,
    abort: null,
    next: 0,
    attemptAt: null,
    announced: false,
  }
  for (const outcome of resume.outcomes) takeUp(run, outcome)
  run.timedOut = resume.outcomes.some((outcome) => isRecordedJobTimeout(run, outcome))
  return run
}

function takeUp(run: RunState, outcome: StepOutcome): void {
  run.next = outcome.position
  run.results[outcome.position - 1] = outcome
  run.resultBytes += Buffer.byteLength(outcome.json)
  if (isFailure(outcome.status)) {
    run.failed = true
    run.failedPosition = outcome.position
  }
}

/** Whether it was this step that told the job's time-out: forced steps after it have their own time only. */
function isRecordedJobTimeout(
  { startedAt, context }: RunState,
  { status, returnValue, finishedAt }: StepOutcome,
): boolean {
  if (status !== 'UNHANDLED_EXCEPTION' || finishedAt - startedAt < context.limits.jobTimeoutMs) return false
  return isObject(returnValue) && returnValue['type'] === 'TimeoutError'
}

/**
 * Takes a run one event further. A step whose block is a plain function is settled at once, without a promise: whoever
 * drives the run decides what happens between two steps (commit, tell, stop), and a loop over this is all it takes.
 */
export function advance(run: RunState): RunEvent | Promise<RunEvent> {
  if (run.stop !== null) return STOPPED
  const index = run.next
  if (index >= run.results.length) return ENDED
  const prepared = prepareStep(run, index)
  if (!('block' in prepared)) return settled(run, prepared)
  if (prepared.block.effects && !run.announced) {
    run.announced = true
    return { type: 'begins', position: index + 1 }
  }
  const called = endBeforeCall(run, index) ?? callBlock(run, index, prepared.block, prepared.resolved)
  return called instanceof Promise ? called.then((outcome) => settled(run, outcome)) : settled(run, called)
}

function settled(run: RunState, outcome: StepOutcome | null): RunEvent {
  if (outcome === null) return STOPPED
  run.next = outcome.position
  run.attemptAt = null
  run.announced = false
  return { type: 'settled', outcome }
}

/** The end of a run whose steps are all over. Asked again after a late cancel, it tells of that. */
export function endOf(run: RunState): RunEnd {
  const success = !run.failed && run.cancelled === null
  run.success = success
  const state = run.cancelled !== null ? 'cancelled' : success ? 'succeeded' : 'failed'
  return { state, success, failedPosition: run.failedPosition, ...outputOf(run) }
}

function outputOf(run: RunState): { output: string | null; outputOmitted: boolean } {
  if (run.plan.output === null) return { output: null, outputOmitted: false }
  // No step was left to be given up, so it may be the output that kills replicas.
  if (run.givenUp) return { output: null, outputOmitted: true }
  try {
    const output = JSON.stringify(copyJson(resolveValue(run, run.plan.output)))
    if (Buffer.byteLength(output) <= run.context.limits.valueBytes) return { output, outputOmitted: false }
  } catch {
    // An output that can't be made is left out like one that is too large; the job itself ended as it did.
  }
  return { output: null, outputOmitted: true }
}

/** Cancels a run: the step whose block is being called is killed, later ones are skipped unless forced. */
export function cancelRun(run: RunState): void {
  if (run.cancelled !== null) return
  run.cancelled = 'between-steps'
  run.abort?.(new StepAborted('cancelled', 'the job was cancelled'))
}

/** Stops a run where it is; nothing that is not yet recorded will be. */
export function stopRun(run: RunState, kind: 'draining' | 'lease-lost'): void {
  const message = kind === 'draining' ? 'the service is shutting down' : 'the lease of this job was lost'
  run.stop ??= new StepAborted(kind, message)
  run.abort?.(run.stop)
}

/** Lets the step in hand end, then stops. */
export function stopAfterStep(run: RunState): void {
  run.stop ??= new StepAborted('draining', 'the service is shutting down')
}
