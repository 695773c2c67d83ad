import { type ErrorValue, errorBrand, errorValue, StepAborted, ValueTooLarge } from '../errors.ts'
import { Budget, COST_OF_BYTE, copyJson, type Json, type JsonObject } from '../values/json.ts'
import { keepAsText } from './large.ts'
import type { RunState, StepOutcome } from './state.ts'
import { type FinalStatus, isFailure } from '../status.ts'

/** A step ended without its block being called: a failed check, a skip, a falsy condition. */
export function settleUncalled(
  run: RunState,
  index: number,
  status: FinalStatus,
  error: ErrorValue | null,
): StepOutcome {
  return record(run, index, { status, startedAt: null, value: error, json: JSON.stringify(error), variables: null })
}

/** A block gave a value: the step is done, unless the value or the variables are no JSON, or too large. */
export function settleValue(
  run: RunState,
  index: number,
  startedAt: number,
  returned: unknown,
  changed: boolean,
): StepOutcome {
  try {
    const { valueBytes } = run.context.limits
    const value = copyReturned(returned, valueBytes)
    const json = JSON.stringify(value)
    const bytes = Buffer.byteLength(json)
    if (bytes > valueBytes) throw tooLarge('the return value', bytes, valueBytes)
    const variables = changed ? keepVariables(run, bytes) : checkTotal(run, bytes, run.variablesBytes)
    return record(run, index, { status: 'DONE', startedAt, value, json, variables })
  } catch (error) {
    if (changed) restoreVariables(run)
    return record(run, index, failed(startedAt, 'UNHANDLED_EXCEPTION', error, null))
  }
}

/** A block threw, or was cut off. What it changed before stays changed, where that can be kept. */
export function settleError(
  run: RunState,
  index: number,
  startedAt: number | null,
  error: unknown,
  changed: boolean,
): StepOutcome {
  let variables: string | null = null
  try {
    if (changed) variables = keepVariables(run, 0)
  } catch {
    restoreVariables(run)
  }
  return record(run, index, failed(startedAt, statusOf(error), error, variables))
}

/** The copy stops where the value is too large in any case. */
function copyReturned(returned: unknown, valueBytes: number): Json {
  if (typeof returned === 'string' && returned.length > valueBytes) {
    throw tooLarge('the return value', `more than ${returned.length}`, valueBytes)
  }
  if (typeof returned !== 'object' || returned === null) return copyJson(returned)
  return copyJson(
    returned,
    new Budget(COST_OF_BYTE * valueBytes, () => tooLarge('the return value', 'too many', valueBytes)),
  )
}

function tooLarge(what: string, bytes: number | string, limit: number): ValueTooLarge {
  return new ValueTooLarge(`${what} has ${bytes} bytes as JSON; at most ${limit} are allowed`)
}

type Ending = {
  status: FinalStatus
  startedAt: number | null
  value: Json
  json: string
  variables: string | null
}

function failed(startedAt: number | null, status: FinalStatus, error: unknown, variables: string | null): Ending {
  const value = errorValue(error)
  return { status, startedAt, value, json: JSON.stringify(value), variables }
}

function statusOf(error: unknown): FinalStatus {
  if (error instanceof StepAborted && error.kind === 'cancelled') return 'KILLED_MANUALLY'
  switch (errorBrand(error)) {
    case 'invalid-argument':
      return 'INVALID_ARGUMENT'
    case 'stop-job':
      return 'KILLED_MANUALLY'
    default:
      return 'UNHANDLED_EXCEPTION'
  }
}

function record(run: RunState, index: number, { status, startedAt, value, json, variables }: Ending): StepOutcome {
  const position = index + 1
  const finishedAt = run.context.clock.now()
  const outcome = keepAsText({ position, status, startedAt, finishedAt, returnValue: value, json, variables }, value)
  run.results[index] = outcome
  run.resultBytes += Buffer.byteLength(json)
  if (isFailure(status)) {
    run.failed = true
    run.failedPosition = position
  }
  return outcome
}

/**
 * Takes over the variables as they are now, as a copy: a block that kept a reference changes nothing any more.
 * Gives them as JSON text. Throws where they are no JSON, or too large.
 */
function keepVariables(run: RunState, resultBytes: number): string {
  const variables = copyJson(run.variables) as JsonObject
  const text = JSON.stringify(variables)
  const bytes = Buffer.byteLength(text)
  const { variablesBytes } = run.context.limits
  if (bytes > variablesBytes) {
    throw new ValueTooLarge(`the variables have ${bytes} bytes as JSON; at most ${variablesBytes} are allowed`)
  }
  checkTotal(run, resultBytes, bytes)
  run.variables = variables
  run.variablesText = text
  run.variablesBytes = bytes
  return text
}

/** Puts the variables back to what they were before the step. */
function restoreVariables(run: RunState): void {
  run.variables = JSON.parse(run.variablesText) as JsonObject
}

function checkTotal(run: RunState, resultBytes: number, variablesBytes: number): null {
  const total = run.resultBytes + resultBytes + variablesBytes
  const { jobBytes } = run.context.limits
  if (total <= jobBytes) return null
  throw new ValueTooLarge(`the values of this job have ${total} bytes as JSON; at most ${jobBytes} are allowed`)
}
