import { isOutOfTime, timeout } from './call.ts'
import { type ErrorValue, GivenUp, StepAborted } from '../errors.ts'
import type { PlannedStep } from '../plan/plan.ts'
import type { RegisteredBlock } from '../plan/registry.ts'
import { peekValue, type Resolved, resolveParameters } from './resolve.ts'
import { settleError, settleUncalled } from './settle.ts'
import type { RunState, StepOutcome } from './state.ts'
import { isTruthy } from '../values/truth.ts'

/** A step that passed everything that comes before the call. */
export type ReadyStep = { readonly block: RegisteredBlock; readonly resolved: Resolved }

/**
 * One step's life up to the call, in this order: skipped? failed at acceptance? condition? parameters? types? Gives its
 * outcome where it ends here, or what the call needs.
 */
export function prepareStep(run: RunState, index: number): StepOutcome | ReadyStep {
  const step = run.plan.steps[index] as PlannedStep
  if (isSkipped(run, step)) return settleUncalled(run, index, 'SKIPPED', null)
  if (step.failure !== null) return settleUncalled(run, index, step.failure.status, step.failure.error)
  const inHand = endStepInHand(run, index)
  if (inHand !== null) return inHand
  try {
    if (!conditionHolds(run, step)) return settleUncalled(run, index, 'IF_CONDITION_FAILED', null)
    const block = step.block as RegisteredBlock
    const resolved = resolveParameters(run, step.parameters, block)
    const misfit = block.check(resolved.parameters)
    if (misfit !== null) return settleUncalled(run, index, 'INVALID_TYPE', invalidType(misfit))
    return { block, resolved }
  } catch (error) {
    return settleError(run, index, null, error, false)
  }
}

/**
 * What ends the first step without a record after a takeover, before anything of it is looked at again: its condition
 * and its parameters may be what killed the replica.
 */
function endStepInHand(run: RunState, index: number): StepOutcome | null {
  if (run.cancelled === 'during-step') {
    run.cancelled = 'between-steps'
    return settleError(run, index, null, new StepAborted('cancelled', 'the job was cancelled'), false)
  }
  if (run.givenUp) {
    run.givenUp = false
    return settleError(run, index, null, new GivenUp('the job lost its replica too often during this step'), false)
  }
  return null
}

/** What ends a step at the very moment when its block would be called, or null. */
export function endBeforeCall(run: RunState, index: number): StepOutcome | null {
  if (isOutOfTime(run)) {
    run.timedOut = true
    return settleError(run, index, null, timeout(run, 'job'), false)
  }
  return null
}

/** Whether a step is passed over: after a failure or a cancel, unless it is forced; all, if the job never began. */
function isSkipped(run: RunState, step: PlannedStep): boolean {
  if (run.cancelled === 'before-start') return true
  return (run.failed || run.cancelled === 'between-steps') && !step.definition.forced
}

function conditionHolds(run: RunState, step: PlannedStep): boolean {
  const { condition } = step
  if (condition === null) return true
  const value = condition.kind === 'object' ? true : peekValue(run, condition)
  const written = step.definition.condition
  return Array.isArray(written) && Array.isArray(value) ? value.every(isTruthy) : isTruthy(value)
}

function invalidType(message: string): ErrorValue {
  return { type: 'InvalidType', message }
}
