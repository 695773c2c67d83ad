import { StepContext } from './context.ts'
import { StepAborted, TimeoutError } from '../errors.ts'
import { copyJson, type JsonObject } from '../values/json.ts'
import type { RegisteredBlock } from '../plan/registry.ts'
import type { Resolved } from './resolve.ts'
import { settleError, settleValue } from './settle.ts'
import type { RunState, StepOutcome } from './state.ts'

/** One call of a block, from its start to its outcome. */
type Call = {
  readonly run: RunState
  readonly index: number
  readonly context: StepContext
  readonly mutates: boolean
  readonly holdsVariable: boolean
  readonly startedAt: number
}

/**
 * Calls a step's block. What a plain function gives is settled at once, without a promise: most steps take this way.
 * Gives null where the run was stopped (a drain, a lost lease) and nothing may be recorded.
 */
export function callBlock(
  run: RunState,
  index: number,
  block: RegisteredBlock,
  { parameters, holdsVariable }: Resolved,
): StepOutcome | Promise<StepOutcome | null> {
  const context = new StepContext(run, index)
  const startedAt = run.context.clock.now()
  const call: Call = { run, index, context, mutates: block.mutates, holdsVariable, startedAt }
  try {
    const returned: unknown = block.run(parameters, call.context)
    return isThenable(returned) ? supervise(call, returned) : settleReturned(call, returned)
  } catch (error) {
    return settleError(run, index, call.startedAt, error, mayHaveChanged(call))
  }
}

function mayHaveChanged(call: Call): boolean {
  return call.mutates && (call.holdsVariable || call.context.touchedVariables)
}

function settleReturned(call: Call, returned: unknown): StepOutcome {
  const { run, index, startedAt } = call
  if (run.context.clock.now() - startedAt > run.context.limits.stepTimeoutMs) {
    return settleError(run, index, startedAt, timeout(run, 'step'), mayHaveChanged(call))
  }
  return settleValue(run, index, startedAt, returned, mayHaveChanged(call))
}

/** Waits for a block that takes its time, or for the first reason to wait no longer. */
function supervise(call: Call, returned: PromiseLike<unknown>): Promise<StepOutcome | null> {
  const { run, index, startedAt } = call
  const { promise, resolve } = Promise.withResolvers<StepOutcome | null>()
  const { milliseconds, scope } = timeAllowed(run, startedAt)
  let over = false
  const end = (settle: () => StepOutcome | null): void => {
    if (over) return
    over = true
    run.abort = null
    forget()
    resolve(settle())
  }
  run.abort = (reason) => end(() => leaveBehind(call, reason, scope))
  const forget = run.context.clock.after(milliseconds, () => {
    run.abort?.(new StepAborted('timed-out', timeout(run, scope).message))
  })
  returned.then(
    (value) => end(() => settleValue(run, index, startedAt, value, mayHaveChanged(call))),
    (error: unknown) => end(() => settleError(run, index, startedAt, error, mayHaveChanged(call))),
  )
  if (run.stop !== null) run.abort?.(run.stop)
  return promise
}

/** Cuts a step off: the block is told, the job goes on with variables of its own, and what follows counts no more. */
function leaveBehind(call: Call, reason: StepAborted, scope: 'step' | 'job'): StepOutcome | null {
  const { run, index, startedAt, context } = call
  const changed = mayHaveChanged(call)
  if (changed) detachVariables(run)
  context.abort(reason)
  switch (reason.kind) {
    case 'cancelled':
      return settleError(run, index, startedAt, reason, changed)
    case 'timed-out':
      if (scope === 'job') run.timedOut = true
      return settleError(run, index, startedAt, timeout(run, scope), changed)
    case 'draining':
    case 'lease-lost':
      return null
  }
}

function detachVariables(run: RunState): void {
  try {
    run.variables = copyJson(run.variables) as JsonObject
  } catch {
    run.variables = JSON.parse(run.variablesText) as JsonObject
  }
}

/** A step's own bound, or what is left of the job's time if that is less; a job out of time has only the first. */
function timeAllowed(run: RunState, now: number): { milliseconds: number; scope: 'step' | 'job' } {
  const { stepTimeoutMs, jobTimeoutMs } = run.context.limits
  const left = run.startedAt + jobTimeoutMs - now
  return run.timedOut || left >= stepTimeoutMs
    ? { milliseconds: stepTimeoutMs, scope: 'step' }
    : { milliseconds: Math.max(left, 0), scope: 'job' }
}

/** Whether the job's time was up before this step could begin. */
export function isOutOfTime(run: RunState): boolean {
  return !run.timedOut && run.context.clock.now() - run.startedAt >= run.context.limits.jobTimeoutMs
}

/** The error of a step that ran too long, or whose job did. */
export function timeout(run: RunState, scope: 'step' | 'job'): TimeoutError {
  const { stepTimeoutMs, jobTimeoutMs } = run.context.limits
  const seconds = (scope === 'step' ? stepTimeoutMs : jobTimeoutMs) / 1000
  return new TimeoutError(`the ${scope} took longer than ${seconds} seconds`)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
