import { ValueTooLarge } from '../errors.ts'
import type { GivenSecrets } from '../secrets/given.ts'
import { isObject, Budget, COST_OF_BYTE, copyJson, type Json } from '../values/json.ts'
import { maskedIn } from './failure.ts'
import type { Made, RunState, Sequence } from './state.ts'

/** Gives a value without the secrets that a step was given. */
export type Mask = GivenSecrets['mask']

/**
 * Takes what a step gave, as a copy. Throws where it is no JSON or too large, or where the variables are.
 *
 * @param changed the step may have changed the variables
 * @param mask takes the step's secrets out of what is kept; null: it had none
 */
export function makeValue(sequence: Sequence, returned: unknown, changed: boolean, mask: Mask | null = null): Made {
  const { run } = sequence
  const { valueBytes } = run.context.limits
  const copy = copyReturned(returned, valueBytes)
  const value = maskedIn(run, mask === null ? copy : mask(copy))
  const json = JSON.stringify(value)
  const bytes = Buffer.byteLength(json)
  if (bytes > valueBytes) throw tooLarge('the return value', bytes, valueBytes)
  if (!changed) checkTotal(run, bytes)
  const variables = changed ? keepVariables(sequence, bytes, mask) : null
  return { value, json, variables, finishedAt: run.context.clock.now() }
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

/** What a failed step changed stays changed, where that can be kept; gives the variables as JSON text then. */
export function keepWhatCan(sequence: Sequence, changed: boolean, mask: Mask | null = null): string | null {
  if (!changed) return null
  try {
    return keepVariables(sequence, 0, mask)
  } catch {
    sequence.variables.restore()
    return null
  }
}

/**
 * Takes over the variables as they are now, as a copy: a block that kept a reference changes nothing any more.
 * Gives them as JSON text. Throws where they are no JSON, or too large.
 */
function keepVariables({ run, variables }: Sequence, resultBytes: number, mask: Mask | null): string {
  const copy = copyJson(variables.own)
  if (!isObject(copy)) throw new TypeError('the variables are no object any more')
  const value = maskedIn(run, mask === null ? copy : mask(copy))
  const text = JSON.stringify(value)
  const bytes = Buffer.byteLength(text)
  const { variablesBytes } = run.context.limits
  if (bytes > variablesBytes) {
    throw new ValueTooLarge(`the variables have ${bytes} bytes as JSON; at most ${variablesBytes} are allowed`)
  }
  checkTotal(run, resultBytes + bytes - variables.bytes)
  run.variablesBytes += bytes - variables.bytes
  variables.keep(value, text, bytes)
  return text
}

function checkTotal(run: RunState, more: number): void {
  const total = run.resultBytes + run.variablesBytes + more
  const { jobBytes } = run.context.limits
  if (total > jobBytes) {
    throw new ValueTooLarge(`the values of this job have ${total} bytes as JSON; at most ${jobBytes} are allowed`)
  }
}
