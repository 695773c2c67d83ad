import { FLOW_ACTIONS } from './flow/actions.ts'
import type { RegisteredBlock } from '../registeredBlock.ts'
import { copyJson, type JsonObject } from '../values/json.ts'
import { apply } from './apply.ts'
import { concludeFailed, prepareCall } from './call.ts'
import { conclude } from './conclude.ts'
import type { Entry, Wait, WaitEntry } from './entry.ts'
import { failureOf, maskedIn } from './failure.ts'
import type { FlowAction, Instant } from './flowAction.ts'
import { inHandIn } from './halt.ts'
import { invalidType } from './invalidType.ts'
import { recordMark } from './record.ts'
import { resolveMasked } from './resolve.ts'
import { retryOf } from './retry.ts'
import type { Resolved, RunState, StepFrame } from './state.ts'
import { SHORT_WAIT_MS } from './time.ts'
import { blockOf } from './planned.ts'

/** What is to be done for a run. */
export type Command =
  /** Call the block of a step with effects by `startCall`, once what came before is committed. */
  | { readonly kind: 'call'; readonly frame: StepFrame }
  /** Make a child job, once what came before is committed. Its end comes as a message. */
  | { readonly kind: 'child'; readonly path: string; readonly id: string; readonly job: JsonObject }
  /** Cancel a child job: its step ended before it. */
  | { readonly kind: 'orphan'; readonly id: string }
  /** What is open waits: for blocks that are being called, for moments, for messages. `wake` tells of a change. */
  | { readonly kind: 'idle' }
  /** All is over; `endOf` tells how. */
  | { readonly kind: 'over' }
  /** Stopped by a drain or a lost lease: what was settled until then is all that may be recorded. */
  | { readonly kind: 'stopped' }

/** An attempt of a step: parameters, types, and the call of its block, or what its action does. */
export function attempt(run: RunState, frame: StepFrame): Entry | Command | null {
  const { sequence, step } = frame
  if (frame.attempt > 0) run.now = null
  frame.phase = 'attempt'
  frame.attempt++
  frame.attemptAt = run.context.clock.now()
  const block = blockOf(step)
  let resolved: Resolved
  frame.parameters = null
  try {
    resolved = resolveMasked(sequence, step, block)
  } catch (error) {
    concludeFailed(frame, error, null, false)
    return null
  }
  frame.parameters = resolved.parameters
  const action = FLOW_ACTIONS.get(step.definition.action)
  const refusal = block.check(resolved.parameters) ?? action?.check?.(resolved.parameters) ?? null
  if (refusal !== null) return refuse(frame, refusal, resolved.parameters)
  if (action !== undefined) return beginAction(run, frame, action, resolved)
  const pause = pauseOf(block, resolved)
  if (pause !== null) return beginPause(frame, pause)
  prepareCall(frame, block, resolved)
  return { kind: 'call', frame }
}

/** How long a block that only waits is waited for without a call; null: it is called. */
export function pauseOf(block: RegisteredBlock, { parameters }: Resolved): number | null {
  const milliseconds = block.pause?.(parameters)
  return milliseconds !== undefined && milliseconds >= SHORT_WAIT_MS ? milliseconds : null
}

/** Begins the wait of such a step. */
export function beginPause(frame: StepFrame, milliseconds: number): Entry {
  const decision = frame.attemptAt + milliseconds
  return recordMark(frame.sequence, frame.path, { kind: 'begun', decision, until: untilOf(frame) })
}

function refuse(frame: StepFrame, message: string, parameters: JsonObject): null {
  const { sequence, step } = frame
  const failure = failureOf(frame, 'INVALID_TYPE', invalidType(message, sequence, step, parameters))
  const finishedAt = frame.sequence.run.context.clock.now()
  conclude(frame, { kind: 'failed', failure, finishedAt, variables: null, again: retryOf(frame, failure, null) })
  return null
}

function beginAction(run: RunState, frame: StepFrame, action: FlowAction, { parameters }: Resolved): Entry | null {
  const { clock } = run.context
  try {
    if (action.instant !== undefined) {
      frame.startedAt ??= frame.attemptAt
      return conclusionOf(frame, action.instant(frame, parameters))
    }
    const begun = action.begin?.(frame, parameters) ?? { decision: null }
    if (begun.wait === undefined) {
      const decision = copyJson(begun.decision)
      return recordMark(frame.sequence, frame.path, { kind: 'begun', decision, until: untilOf(frame) })
    }
    const wait = { ...begun.wait, until: untilOf(frame) } as Wait
    const told = maskedIn(run, wait)
    const entry: WaitEntry = {
      kind: 'waiting',
      path: frame.path,
      written: frame.step.written,
      at: clock.now(),
      wait: told,
    }
    apply(run, entry)
    return entry
  } catch (error) {
    concludeFailed(frame, error, null, false)
    return null
  }
}

function conclusionOf(frame: StepFrame, given: Instant): Entry | null {
  if ('end' in given) {
    const { given: isGiven, output } = given.end
    const inHand = inHandIn(frame.sequence.run.top)
    const mark = { kind: 'end' as const, given: isGiven, output: copyJson(output), inHand }
    return recordMark(frame.sequence, frame.path, mark)
  }
  conclude(frame, { kind: 'value', value: given.value })
  return null
}

/** When the time of a step that begins is up; null: it has no bound of its own. */
function untilOf(frame: StepFrame): number | null {
  const { sequence, step, attemptAt } = frame
  const { limits } = sequence.run.context
  const own = step.flow?.timeoutMs ?? null
  const isBounded = sequence.bounded || sequence.mode === 'stopped' || sequence.run.timedOut
  if (!isBounded) return own === null ? null : attemptAt + own
  return attemptAt + Math.min(own ?? limits.stepTimeoutMs, limits.stepTimeoutMs)
}
