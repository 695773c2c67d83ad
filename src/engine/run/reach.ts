import { isObject, type JsonObject } from '../values/json.ts'
import { innermost, errorTypeOf } from './failure.ts'
import { waitId } from '../values/stepKey.ts'
import type { Failure, Round, RunState, Sequence, SequenceRole } from './state.ts'

/** The innermost round around a place that has an item, an index or a last value. */
export function roundOf(at: Sequence, part: keyof Round): Round | null {
  for (let sequence: Sequence | null = at; sequence !== null; sequence = sequence.outer?.sequence ?? null) {
    if (sequence.round !== null && sequence.round[part] !== undefined) return sequence.round
  }
  return null
}

/** `wait`: what the steps that run while a step waits know of it. */
export function waitInReach(at: Sequence): JsonObject | null {
  for (let sequence: Sequence | null = at; sequence !== null; sequence = sequence.outer?.sequence ?? null) {
    if (sequence.role !== 'wait' || sequence.owner?.kind !== 'frame') continue
    const { path, until } = sequence.owner
    const { waitUrl } = sequence.run.context
    const moment = until === null ? null : new Date(until).toISOString()
    return { id: waitIdOf(sequence.run, path), url: waitUrl?.(path) ?? null, until: moment }
  }
  return null
}

/** The id of a wait, which is that of its question: the same again after a crash. */
export function waitIdOf({ context }: RunState, path: string): string {
  return waitId(context.idempotencyKey(path, 0))
}

/** `failure`: what a catch is judged by, or else what a catch, an undo or a handler works on, or what failed before. */
export function failureInReach(at: Sequence): JsonObject | null {
  const { judged } = at.run
  if (judged !== null) return told(judged)
  for (let sequence: Sequence | null = at; sequence !== null; sequence = sequence.outer?.sequence ?? null) {
    if (sequence.failure !== null) return told(sequence.failure)
    if (sequence.handles !== null) return told(sequence.handles)
  }
  return null
}

/** Whether `failure` is a name at a place: in a catch, an undo, a handler, and in a forced step, whatever failed so far. */
export function hasFailure(at: Sequence): boolean {
  if (at.run.judged !== null) return true
  let index = at.next
  for (let sequence: Sequence | null = at; sequence !== null; ) {
    if (HANDLING.has(sequence.role) || sequence.plan.steps[index]?.definition.forced === true) return true
    index = sequence.outer?.index ?? -1
    sequence = sequence.outer?.sequence ?? null
  }
  return false
}

const HANDLING: ReadonlySet<SequenceRole> = new Set(['catch', 'undo', 'on_failure'])

/** The failure that the nearest catch around a place works on. */
export function caughtAround(at: Sequence): Failure | null {
  for (let sequence: Sequence | null = at; sequence !== null; sequence = sequence.outer?.sequence ?? null) {
    if (sequence.role === 'catch') return sequence.handles
  }
  return null
}

function told(failure: Failure): JsonObject {
  const last = innermost(failure)
  const message = isObject(last.error) && typeof last.error['message'] === 'string' ? last.error['message'] : ''
  return { type: errorTypeOf(last), message, status: last.status, step: last.step, attempts: last.attempts }
}
