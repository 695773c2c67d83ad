import { type ErrorValue, errorBrand, errorValue, StepAborted, TimeoutError } from '../errors.ts'
import { ExpressionError } from '../expressions/error.ts'
import type { FinalStatus } from '../status.ts'
import { isObject, type Json } from '../values/json.ts'
import type { Cause } from './entry.ts'
import type { Failure, RunState, StepFrame } from './state.ts'

/** What an attempt of a step failed with. */
export function failureOf(
  frame: StepFrame,
  status: FinalStatus,
  error: ErrorValue,
  cause: Cause | null = null,
): Failure {
  const { path, step, attempt, startedAt } = frame
  const { written } = step
  const told = maskedIn(frame.sequence.run, error)
  return { status, cause, step: path, written, seq: 0, attempts: attempt, error: told, inner: null, startedAt }
}

/** What was thrown while a step was decided or run. */
export function failureOfError(
  frame: StepFrame,
  error: unknown,
  cause: Cause | null = null,
  clean?: (text: string) => string,
): Failure {
  if (error instanceof FlowFailure) {
    const { value, inner } = error
    return { ...failureOf(frame, 'UNHANDLED_EXCEPTION', value, inner === null ? null : 'thrown-again'), inner }
  }
  const own = cleanOf(frame.sequence.run)
  const both = own === undefined || clean === undefined ? (clean ?? own) : (text: string) => own(clean(text))
  const told = errorValue(error, both)
  if (error instanceof ExpressionError && error.value !== undefined) {
    told['value'] = shownIn(frame.sequence.run, error.value)
  }
  return failureOf(frame, statusOf(error), told, cause)
}

/** Takes the job's secret local values out of a text; undefined: it has none. */
export function cleanOf({ context: { inputs } }: RunState): ((text: string) => string) | undefined {
  return inputs == null ? undefined : (text) => inputs.maskText(text)
}

/** A value without the job's secret local values. */
export function maskedIn<Value>({ context: { inputs } }: RunState, value: Value): Value {
  return inputs == null ? value : inputs.mask(value)
}

/** So much of a value that is at fault is told. */
const MAX_VALUE = 256

/** A value that is at fault, as an error tells it: without the job's secrets, and cut where it is long. */
export function shownIn(run: RunState, value: Json): Json {
  const masked = maskedIn(run, value)
  const json = JSON.stringify(typeof masked === 'string' ? masked.slice(0, MAX_VALUE) : masked)
  const isWhole = json.length <= MAX_VALUE && (typeof masked !== 'string' || masked.length <= MAX_VALUE)
  return isWhole ? masked : `${json.slice(0, MAX_VALUE - 1)}…`
}

/** Thrown by FLOW.FAIL: the step fails as its author says. */
export class FlowFailure extends Error {
  readonly value: ErrorValue
  readonly inner: Failure | null

  constructor(value: ErrorValue, inner: Failure | null) {
    super(value.message)
    this.value = value
    this.inner = inner
  }
}

/** The status of a step whose block threw. */
export function statusOf(error: unknown): FinalStatus {
  switch (errorBrand(error)) {
    case 'invalid-argument':
      return 'INVALID_ARGUMENT'
    case 'stop-job':
      return 'KILLED_MANUALLY'
    default:
      return 'UNHANDLED_EXCEPTION'
  }
}

/** A step below failed, and nothing caught it. */
export function childFailed(frame: StepFrame, inner: Failure): Failure {
  const { step, error: below } = inner
  const error: ErrorValue = { type: 'ChildFailed', message: `the step ${step} failed`, step, error: below }
  return { ...failureOf(frame, 'CHILD_FAILED', error, inner.cause), inner }
}

/** What happened, at the end of the chain of what it caused. */
export function innermost(failure: Failure): Failure {
  let at = failure
  while (at.status === 'CHILD_FAILED' && at.inner !== null) at = at.inner
  return at
}

/** The type of a failure's error: the class of what was thrown. */
export function errorTypeOf({ error }: Failure): string {
  return isObject(error) && typeof error['type'] === 'string' ? error['type'] : 'Error'
}

/** Whether a list of types and statuses names a failure. `HttpStatus4xx` and `HttpStatus5xx` name all of their kind. */
export function isNamed(names: readonly string[], failure: Failure): boolean {
  const type = errorTypeOf(failure)
  return names.some(
    (name) => name === type || name === failure.status || (KINDS.test(name) && HTTP.exec(type)?.[1] === name.at(-3)),
  )
}

/** Whether a list names the type of what a child job failed with. */
export function namesChild(names: readonly string[], failure: Failure): boolean {
  if (errorTypeOf(failure) !== 'JobFailed' || !isObject(failure.error)) return false
  const below = failure.error['error']
  return isObject(below) && isNamed(names, { ...failure, status: 'UNHANDLED_EXCEPTION', error: below })
}

const KINDS = /^HttpStatus[45]xx$/
const HTTP = /^HttpStatus([45])\d\d$/

/** The job was cancelled during the step. */
export function killed(frame: StepFrame): Failure {
  return failureOf(
    frame,
    'KILLED_MANUALLY',
    errorValue(new StepAborted('cancelled', 'the job was cancelled')),
    'cancelled',
  )
}

/** The step, or the job, took longer than it may. */
export function outOfTime(frame: StepFrame, scope: 'step' | 'job', limitMs: number): Failure {
  const error = errorValue(timeoutError(scope, limitMs))
  return failureOf(frame, 'UNHANDLED_EXCEPTION', error, scope === 'job' ? 'job-timeout' : 'step-timeout')
}

/** What a step or a job that ran too long is told. */
export function timeoutError(scope: 'step' | 'job', limitMs: number): TimeoutError {
  return new TimeoutError(`the ${scope} took longer than ${limitMs / 1000} seconds`)
}
