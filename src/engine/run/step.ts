import { errorValue, GivenUp, StepAborted } from '../errors.ts'
import type { StepPlan } from '../plan/tree.ts'
import { attempt, beginPause, type Command, pauseOf } from './attempt.ts'
import { callPlain, concludeFailed, prepareCall } from './call.ts'
import { conditionHolds } from './condition.ts'
import type { Entry } from './entry.ts'
import { cleanOf, maskedIn, statusOf, timeoutError } from './failure.ts'
import { invalidType } from './invalidType.ts'
import { MORE_RECORDS } from './limits.ts'
import { openFrame } from './open.ts'
import { recordFailed, recordUncalled } from './record.ts'
import { resolveMasked } from './resolve.ts'
import type { RunState, Sequence } from './state.ts'
import { jobLimitMs } from './time.ts'
import { blockOf, stepAt } from './planned.ts'

/**
 * One step's life up to its attempt, in this order: skipped? failed at acceptance? cut off? beyond a limit? condition?
 * Gives what happened, or what is to be done; null where it is waited for.
 */
export function beginStep(run: RunState, sequence: Sequence): Entry | Command | null {
  const step = stepAt(sequence.plan, sequence.next)
  if (isSkipped(run, sequence, step)) return recordUncalled(sequence, step, 'SKIPPED')
  if (step.failure !== null) return recordUncalled(sequence, step, step.failure.status, step.failure.error)
  if (sequence.interrupt !== null && sequence.interrupt !== 'let-end') return recordInterrupted(run, sequence, step)
  if (run.givenUp) return recordGivenUp(run, sequence, step)
  const limited = beyondLimit(run, sequence, step)
  if (limited !== null) return limited
  run.now = null
  return step.flow === null ? beginPlain(sequence, step) : beginFlow(run, sequence, step)
}

/** Whether a step is passed over: after a failure or a cancel, unless it is forced; all, if the job never began. */
function isSkipped(run: RunState, { mode, interrupt }: Sequence, step: StepPlan): boolean {
  if (run.neverBegun) return true
  return mode !== 'running' && interrupt === null && !step.definition.forced
}

/** The step was being run when its sequence was halted, or when the replica that ran it died after that. */
function recordInterrupted(run: RunState, sequence: Sequence, step: StepPlan): Entry {
  const { interrupt } = sequence
  if (interrupt === 'stopped') return recordUncalled(sequence, step, 'STOPPED')
  if (interrupt === 'cancelled') {
    const error = errorValue(new StepAborted('cancelled', 'the job was cancelled'))
    return recordUncalled(sequence, step, 'KILLED_MANUALLY', error, 'cancelled')
  }
  const error = errorValue(timeoutError('job', jobLimitMs(run)))
  return recordUncalled(sequence, step, 'UNHANDLED_EXCEPTION', error, 'job-timeout')
}

/** Its condition and its parameters may be what killed the replica: nothing of it is looked at again. */
function recordGivenUp(run: RunState, sequence: Sequence, step: StepPlan): Entry | null {
  run.givenUp = false
  const error = new GivenUp('the job lost its replica too often during this step')
  if (step.flow === null) {
    return recordUncalled(sequence, step, 'UNHANDLED_EXCEPTION', errorValue(error), 'given-up')
  }
  const frame = sequence.open ?? openFrame(sequence)
  concludeFailed(frame, error, 'given-up', false)
  return null
}

/** A use of a block in a further round, or a record more than a job may have. */
function beyondLimit(run: RunState, sequence: Sequence, step: StepPlan): Entry | null {
  if (step.maxUses !== null && usesIn(sequence, step) > step.maxUses) {
    const { action } = step.definition
    const message = `one job may use ${action} ${step.maxUses} times`
    return recordUncalled(sequence, step, 'BLOCK_LIMIT_EXCEED', { type: 'BlockLimitExceeded', message })
  }
  const { stepRuns } = run.context.limits
  // Of a container what stands in it is refused. One that holds nothing is bounded all the same.
  const most = hasStepsBelow(step) ? stepRuns + MORE_RECORDS : stepRuns
  if (run.records < most || run.exhausted) return null
  const error = { type: 'StepLimitExceeded', message: `one job may have ${stepRuns} records of steps` }
  return recordUncalled(sequence, step, 'STEP_LIMIT_EXCEED', error, 'step-runs')
}

function hasStepsBelow({ flow }: StepPlan): boolean {
  return flow !== null && (flow.steps !== null || flow.branches.length > 0)
}

function usesIn(from: Sequence, step: StepPlan): number {
  for (let sequence: Sequence | null = from; sequence !== null; sequence = sequence.outer?.sequence ?? null) {
    const uses = sequence.uses?.get(step)
    if (uses !== undefined) return uses
  }
  return 0
}

function beginPlain(sequence: Sequence, step: StepPlan): Entry | Command | null {
  const block = blockOf(step)
  let resolved: ReturnType<typeof resolveMasked>
  try {
    if (step.condition !== null && !conditionHolds(sequence, step.condition)) {
      return recordUncalled(sequence, step, 'IF_CONDITION_FAILED')
    }
    resolved = resolveMasked(sequence, step, block)
  } catch (error) {
    const failed = { status: statusOf(error), error: errorValue(error, cleanOf(sequence.run)), cause: null }
    return recordFailed(sequence, step, null, failed, null)
  }
  const refusal = block.check(resolved.parameters)
  if (refusal !== null) {
    const error = invalidType(refusal, sequence, step, resolved.parameters)
    return recordUncalled(sequence, step, 'INVALID_TYPE', maskedIn(sequence.run, error), null, 1, resolved.parameters)
  }
  if (!block.effects && step.secrets === null) return callPlain(sequence, step, block, resolved)
  const pause = pauseOf(block, resolved)
  if (pause !== null) return attemptPause(sequence, pause)
  const frame = openFrame(sequence)
  prepareCall(frame, block, resolved)
  return { kind: 'call', frame }
}

function attemptPause(sequence: Sequence, milliseconds: number): Entry {
  const frame = openFrame(sequence)
  frame.attempt = 1
  frame.attemptAt = sequence.run.context.clock.now()
  return beginPause(frame, milliseconds)
}

/** A step with more than a call: what is known of it is kept from here on. */
function beginFlow(run: RunState, sequence: Sequence, step: StepPlan): Entry | Command | null {
  const { condition } = step
  try {
    if (condition !== null && !conditionHolds(sequence, condition)) {
      return recordUncalled(sequence, step, 'IF_CONDITION_FAILED')
    }
  } catch (error) {
    concludeFailed(openFrame(sequence), error, null, false)
    return null
  }
  return attempt(run, openFrame(sequence))
}
