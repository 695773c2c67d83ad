import { errorValue, InvalidArgument, StepAborted } from '../errors.ts'
import type { RegisteredBlock } from '../registeredBlock.ts'
import type { StepPlan } from '../plan/tree.ts'
import { type GivenSecrets, SecretMissing } from '../secrets/given.ts'
import type { JsonObject } from '../values/json.ts'
import { conclude } from './conclude.ts'
import { StepContext } from './context.ts'
import type { Cause, StepEntry } from './entry.ts'
import { cleanOf, failureOfError, statusOf, timeoutError } from './failure.ts'
import { cutOff } from './halt.ts'
import { keepWhatCan, type Mask, makeValue } from './made.ts'
import { openFrame } from './open.ts'
import { recordDone, recordFailed } from './record.ts'
import { resolveParameters } from './resolve.ts'
import { retryOf } from './retry.ts'
import type { OpenCall, Resolved, Sequence, StepFrame } from './state.ts'

/**
 * Calls the block of a plain step. What a plain function gives is on record at once, without a promise: most steps take
 * this way. Null: it is waited for.
 */
export function callPlain(
  sequence: Sequence,
  step: StepPlan,
  block: RegisteredBlock,
  resolved: Resolved,
): StepEntry | null {
  const { clock, limits } = sequence.run.context
  const context = new StepContext(sequence, step)
  const startedAt = clock.now()
  let returned: unknown
  try {
    returned = block.run(resolved.parameters, context)
  } catch (error) {
    return failPlain(sequence, step, startedAt, resolved, error, mayHaveChanged(block, resolved, context))
  }
  if (isThenable(returned)) {
    const frame = openFrame(sequence)
    prepareCall(frame, block, resolved)
    supervise(frame, context, startedAt, returned)
    return null
  }
  const changed = mayHaveChanged(block, resolved, context)
  if (clock.now() - startedAt > limits.stepTimeoutMs) {
    const error = timeoutError('step', limits.stepTimeoutMs)
    return failPlain(sequence, step, startedAt, resolved, error, changed, 'step-timeout')
  }
  try {
    return recordDone(sequence, step, startedAt, makeValue(sequence, returned, changed), resolved.parameters)
  } catch (error) {
    if (changed) sequence.variables.restore()
    return failPlain(sequence, step, startedAt, resolved, error, false)
  }
}

function failPlain(
  sequence: Sequence,
  step: StepPlan,
  startedAt: number,
  { parameters }: Resolved,
  thrown: unknown,
  changed: boolean,
  cause: Cause | null = null,
): StepEntry {
  const failed = { status: statusOf(thrown), error: errorValue(thrown, cleanOf(sequence.run)), cause }
  return recordFailed(sequence, step, startedAt, failed, keepWhatCan(sequence, changed), parameters)
}

/** Makes a call ready: it begins when what comes before it is committed. */
export function prepareCall(frame: StepFrame, block: RegisteredBlock, resolved: Resolved): OpenCall {
  const { run } = frame.sequence
  if (frame.attempt === 0) frame.attempt = 1
  frame.parameters = resolved.parameters
  frame.call = { begun: false, block, resolved, secrets: null, cut: null, fail: null }
  run.calls++
  return frame.call
}

/**
 * Calls the block of a step that `next` gave as a command. What it gives comes as a later entry.
 *
 * @param secrets those that the step names, for this call alone; null: it names none
 * @param onBegun called when it is begun, before the block can say anything
 */
export function startCall(frame: StepFrame, secrets: GivenSecrets | null = null, onBegun?: () => void): void {
  const { call, sequence, step } = frame
  if (call === null || call.begun) return
  const { block } = call
  const { clock } = sequence.run.context
  const context = new StepContext(sequence, step, secrets)
  const startedAt = clock.now()
  frame.startedAt ??= startedAt
  frame.attemptAt = startedAt
  call.begun = true
  call.secrets = secrets
  onBegun?.()
  let returned: unknown
  try {
    const parameters = parametersOf(frame, call)
    returned = watched(frame, () => block.run(parameters, context))
  } catch (error) {
    return failCall(frame, context, error)
  }
  if (isThenable(returned)) return supervise(frame, context, startedAt, returned)
  const allowed = ownLimit(frame)
  if (clock.now() - startedAt > allowed) failCall(frame, context, timeoutError('step', allowed), 'step-timeout')
  else succeed(frame, context, returned)
}

/** What the block gets. Secrets are put in for the call alone: what is kept of the step has `***`. */
function parametersOf({ sequence, step }: StepFrame, { block, resolved, secrets }: OpenCall): JsonObject {
  if (step.secrets === null) return resolved.parameters
  const text = (name: string): string => {
    if (secrets === null) throw new SecretMissing(`the secret ${name} was not given`)
    return secrets.text(name)
  }
  const { parameters } = resolveParameters(sequence, step.parameters, block, text)
  const refusal = block.check(parameters)
  if (refusal !== null) throw new InvalidArgument(refusal)
  return parameters
}

/** Takes out of a value what secrets the block was given; null: none. */
function maskOf({ call }: StepFrame): Mask | null {
  return call?.secrets?.mask ?? null
}

/** Calls a block; what it throws where nobody catches it fails its step, as long as that is waited for. */
function watched(frame: StepFrame, run: () => unknown): unknown {
  const { watch } = frame.sequence.run.context
  const { call } = frame
  if (watch === undefined || call === null) return run()
  const blame = (error: unknown): boolean => {
    if (call.fail === null) return false
    call.fail(error)
    return true
  }
  return watch(blame, run)
}

function ownLimit({ step, sequence }: StepFrame): number {
  const { stepTimeoutMs } = sequence.run.context.limits
  return Math.min(step.flow?.timeoutMs ?? stepTimeoutMs, stepTimeoutMs)
}

/** Waits for a block that takes its time, or for the first reason to wait no longer. */
function supervise(frame: StepFrame, context: StepContext, startedAt: number, returned: PromiseLike<unknown>): void {
  const { sequence } = frame
  const { run } = sequence
  const { call } = frame
  if (call === null) throw new TypeError('there is no call to wait for')
  frame.startedAt ??= startedAt
  frame.attemptAt = startedAt
  call.begun = true
  const allowed = ownLimit(frame)
  let over = false
  const end = (settle: () => void): void => {
    if (over) return
    over = true
    call.cut = null
    call.fail = null
    forget()
    settle()
    run.wake?.()
  }
  call.fail = (error) => end(() => failCall(frame, context, error))
  call.cut = (reason) => end(() => leaveBehind(frame, context, reason))
  const forget = run.context.clock.after(allowed, () => {
    const error = timeoutError('step', allowed)
    end(() => {
      context.abort(new StepAborted('timed-out', error.message))
      failCall(frame, context, error, 'step-timeout')
    })
  })
  returned.then(
    (value) => end(() => succeed(frame, context, value)),
    (error: unknown) => end(() => failCall(frame, context, error)),
  )
  if (run.stop !== null && run.stop.kind === 'lease-lost') call.cut?.(run.stop)
}

/** Cuts a call off: the block is told, the job goes on with variables of its own, and what follows counts no more. */
function leaveBehind(frame: StepFrame, context: StepContext, reason: StepAborted): void {
  const { sequence } = frame
  context.abort(reason)
  switch (reason.kind) {
    case 'cancelled':
    case 'stopped':
    case 'timed-out': {
      const cause = reason.kind === 'timed-out' ? 'job-timeout' : reason.kind
      return cutOff(frame, cause, keepWhatCan(sequence, changedBy(frame, context), maskOf(frame)))
    }
    case 'draining':
    case 'lease-lost':
      frame.call = null
      sequence.run.calls--
  }
}

function changedBy({ call }: StepFrame, context: StepContext): boolean {
  return call !== null && mayHaveChanged(call.block, call.resolved, context)
}

function mayHaveChanged(
  block: RegisteredBlock,
  { holdsVariable }: Resolved,
  { touchedVariables }: StepContext,
): boolean {
  return block.mutates && (holdsVariable || touchedVariables)
}

function succeed(frame: StepFrame, context: StepContext, returned: unknown): void {
  const { sequence } = frame
  const changed = changedBy(frame, context)
  try {
    conclude(frame, { kind: 'made', made: makeValue(sequence, returned, changed, maskOf(frame)) })
  } catch (error) {
    if (changed) sequence.variables.restore()
    concludeFailed(frame, error, null, false)
  }
}

function failCall(frame: StepFrame, context: StepContext, error: unknown, cause: Cause | null = null): void {
  concludeFailed(frame, error, cause, changedBy(frame, context))
}

/** An attempt failed. Where another follows, the variables are again as they were before it. */
export function concludeFailed(frame: StepFrame, error: unknown, cause: Cause | null, changed: boolean): void {
  const { sequence } = frame
  const mask = maskOf(frame)
  const failure = failureOfError(frame, error, cause, frame.call?.secrets?.maskText)
  const again = retryOf(frame, failure, error)
  if (again !== null && changed) sequence.variables.restore()
  const variables = keepWhatCan(sequence, again === null && changed, mask)
  const finishedAt = sequence.run.context.clock.now()
  conclude(frame, { kind: 'failed', failure, finishedAt, variables, again })
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
